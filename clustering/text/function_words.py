"""Words that say nothing of what an article is about, in the four languages the shipped rules know."""

from __future__ import annotations

from functools import cache

import numpy as np
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from clustering.text.tokens import word_hashes

_MORE_ENGLISH = "said says say year years new told mr mrs did does don just like time people according monday tuesday wednesday thursday friday saturday sunday"
_GERMAN = (
    "aber alle allem allen aller alles als also am an ander andere anderen anderer anderes auch auf aus bei beim bereits bin bis bist "
    "da dabei dafür dagegen daher damit danach dann daran darauf darüber das dass dazu dein dem den denen denn der deren des dessen "
    "deutlich die dies diese diesem diesen dieser dieses doch dort drei du durch ein eine einem einen einer eines einige einigen er "
    "erst erste ersten es etwa etwas euch für gegen gegenüber gibt habe haben hat hatte hatten hier hätte ich ihm ihn ihnen ihr ihre "
    "ihrem ihren ihrer im immer in ins ist jede jedem jeden jeder jedes jedoch jetzt kann kein keine keinen keiner konnte können "
    "könnte könnten laut machen man mehr mehrere mein mich mir mit müsse müssen musste nach nachdem neue neuen nicht nichts noch nun "
    "nur ob oder ohne rund schon sehr sei seien sein seine seinem seinen seiner seit sich sie sieht sind so sogar soll sollen sollte "
    "sollten sondern sowie sagt sagte teilte über um und uns unser unter viel viele vielen vom von vor war waren wäre weil weiter "
    "weitere weiteren weiterhin welche wenn werde werden wer wie wieder will wir wird wo wolle wollen wurde wurden während würde würden "
    "zu zum zur zwar zwei zwischen montag dienstag mittwoch donnerstag freitag samstag sonntag jahr jahre jahren uhr"
)
_FRENCH = (
    "ai alors après au aussi autre autres aux avait avant avec avoir ce cela ces cet cette ceux chez comme contre dans de depuis des "
    "deux dit donc dont du elle elles en encore entre est et eté être eu fait faire fois il ils jour la le les leur leurs lors lui "
    "là mais même moins ne nos notre nous on ont ou où par parce pas pendant peu peut plus pour plusieurs pourquoi qu quand que quel "
    "quelle qui sa sans se selon sera ses si son sont sous sur tous tout toute toutes très trois un une vers vos votre vous était "
    "étaient été lundi mardi mercredi jeudi vendredi samedi dimanche ans année"
)
_SPANISH = (
    "al algo ante antes aunque año años aún bajo cada como con contra cual cuando de del desde donde dos durante el ella ellas ellos "
    "en entre era eran es esa ese eso esta estaba estado este esto estos está están fue fueron ha haber había han hasta hay la las le "
    "les lo los más me mi mientras muy ni no nos otra otras otro otros para parte pero poco por porque puede que quien se según sea "
    "ser si sido sin sobre son su sus sí también tan tanto tiene tienen todo todos tras tres un una uno unos ya yo dijo lunes martes "
    "miércoles jueves viernes sábado domingo"
)


@cache
def function_word_hashes() -> np.ndarray:
    """Their token hashes, uint64, sorted and unique."""
    words = " ".join([*sorted(ENGLISH_STOP_WORDS), _MORE_ENGLISH, _GERMAN, _FRENCH, _SPANISH]).split()
    return np.unique(word_hashes(words))
