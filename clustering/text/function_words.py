"""Words that say nothing of what an article is about, in the four languages the shipped rules know."""

from __future__ import annotations

from functools import cache

import numpy as np

from clustering.text.tokens import word_hashes

ENGLISH = (
    "a about above across after afterwards again against all almost alone along already also although always am among "
    "amongst amoungst amount an and another any anyhow anyone anything anyway anywhere are around as at back be "
    "became because become becomes becoming been before beforehand behind being below beside besides between beyond "
    "bill both bottom but by call can cannot cant co con could couldnt cry de describe detail do done down due during "
    "each eg eight either eleven else elsewhere empty enough etc even ever every everyone everything everywhere "
    "except few fifteen fifty fill find fire first five for former formerly forty found four from front full further "
    "get give go had has hasnt have he hence her here hereafter hereby herein hereupon hers herself him himself his "
    "how however hundred i ie if in inc indeed interest into is it its itself keep last latter latterly least less "
    "ltd made many may me meanwhile might mill mine more moreover most mostly move much must my myself name namely "
    "neither never nevertheless next nine no nobody none noone nor not nothing now nowhere of off often on once one "
    "only onto or other others otherwise our ours ourselves out over own part per perhaps please put rather re same "
    "see seem seemed seeming seems serious several she should show side since sincere six sixty so some somehow "
    "someone something sometime sometimes somewhere still such system take ten than that the their them themselves "
    "then thence there thereafter thereby therefore therein thereupon these they thick thin third this those though "
    "three through throughout thru thus to together too top toward towards twelve twenty two un under until up upon "
    "us very via was we well were what whatever when whence whenever where whereafter whereas whereby wherein "
    "whereupon wherever whether which while whither who whoever whole whom whose why will with within without would "
    "yet you your yours yourself yourselves"
)
"""The Glasgow Information Retrieval Group's list as scikit-learn ships it (a test compares); written out, as importing
scikit-learn for it took a third of what starting takes."""
_MORE_ENGLISH = (
    "according did does don friday just like monday mr mrs new people said saturday say says sunday thursday time "
    "told tuesday wednesday year years"
)
_GERMAN = (
    "aber alle allem allen aller alles als also am an ander andere anderen anderer anderes auch auf aus bei beim "
    "bereits bin bis bist da dabei dafür dagegen daher damit danach dann daran darauf darüber das dass dazu dein "
    "dem den denen denn der deren des dessen deutlich die dienstag dies diese diesem diesen dieser dieses doch "
    "donnerstag dort drei du durch ein eine einem einen einer eines einige einigen er erst erste ersten es etwa "
    "etwas euch freitag für gegen gegenüber gibt habe haben hat hatte hatten hier hätte ich ihm ihn ihnen ihr "
    "ihre ihrem ihren ihrer im immer in ins ist jahr jahre jahren jede jedem jeden jeder jedes jedoch jetzt kann "
    "kein keine keinen keiner konnte können könnte könnten laut machen man mehr mehrere mein mich mir mit "
    "mittwoch montag musste müsse müssen nach nachdem neue neuen nicht nichts noch nun nur ob oder ohne rund sagt "
    "sagte samstag schon sehr sei seien sein seine seinem seinen seiner seit sich sie sieht sind so sogar soll "
    "sollen sollte sollten sondern sonntag sowie teilte uhr um und uns unser unter viel viele vielen vom von vor "
    "war waren weil weiter weitere weiteren weiterhin welche wenn wer werde werden wie wieder will wir wird wo "
    "wolle wollen wurde wurden während wäre würde würden zu zum zur zwar zwei zwischen über"
)
_FRENCH = (
    "ai alors année ans après au aussi autre autres aux avait avant avec avoir ce cela ces cet cette ceux chez "
    "comme contre dans de depuis des deux dimanche dit donc dont du elle elles en encore entre est et eté eu "
    "faire fait fois il ils jeudi jour la le les leur leurs lors lui lundi là mais mardi mercredi moins même ne "
    "nos notre nous on ont ou où par parce pas pendant peu peut plus plusieurs pour pourquoi qu quand que quel "
    "quelle qui sa samedi sans se selon sera ses si son sont sous sur tous tout toute toutes trois très un une "
    "vendredi vers vos votre vous étaient était été être"
)
_SPANISH = (
    "al algo ante antes aunque año años aún bajo cada como con contra cual cuando de del desde dijo domingo donde "
    "dos durante el ella ellas ellos en entre era eran es esa ese eso esta estaba estado este esto estos está "
    "están fue fueron ha haber había han hasta hay jueves la las le les lo los lunes martes me mi mientras "
    "miércoles muy más ni no nos otra otras otro otros para parte pero poco por porque puede que quien se sea "
    "según ser si sido sin sobre son su sus sábado sí también tan tanto tiene tienen todo todos tras tres un una "
    "uno unos viernes ya yo"
)


_OPENERS = "allerdings bislang dadurch darunter dennoch derzeit insgesamt seitdem trotz wegen zudem zuletzt zunächst zuvor"
_CAPITAL = (
    "sie ihr ihre ihrem ihren ihrer ihnen drei zwei rund jahr jahre jahren uhr montag dienstag mittwoch donnerstag freitag "
    "samstag sonntag"
)
"""Nouns, numbers and the polite forms: what German writes with a capital, or begins a headline with."""


@cache
def small_words() -> tuple[frozenset[str], frozenset[str]]:
    """Words with a capital only where a sentence begins: the German ones; the French and the Spanish ones."""
    german = frozenset(f"{_GERMAN} {_OPENERS}".split()) - frozenset(_CAPITAL.split())
    return german, frozenset(f"{_FRENCH} {_SPANISH}".split())


@cache
def function_word_hashes() -> np.ndarray:
    """Their token hashes, uint64, sorted and unique."""
    words = f"{ENGLISH} {_MORE_ENGLISH} {_GERMAN} {_FRENCH} {_SPANISH}".split()
    return np.unique(word_hashes(words))
