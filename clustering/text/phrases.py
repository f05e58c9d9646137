"""Data of the furniture rules: words that pages say around articles, by what they are for and how far they reach.

A phrase is compared as tokens, so case, punctuation and line breaks do not matter. Only wording that no article uses about
its subject is listed; what a single site repeats is learnt from its articles instead.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Reach = Literal["line", "short", "start", "sentence", "end", "opening"]
"""How much a phrase labels.

line: the line, when phrases, figures and addresses cover most of it; short: the line it stands in, up to 25 words;
start: the line it opens, up to 45 words; sentence: its sentence; end: everything from it to the end of the text, in the
second half; opening: itself, at the very beginning of the text.
"""


class Family(NamedTuple):
    """Phrases of one purpose and reach; ``tail`` ones stand after an article only, and anchor blocks there."""

    purpose: str
    reach: Reach
    tail: bool
    phrases: tuple[str, ...]


def _phrases(text: str) -> tuple[str, ...]:
    """Phrases set out between bars."""
    return tuple(phrase for line in text.strip().splitlines() for phrase in line.strip().split(" | "))


_SECTIONS_TEXT = """
politik politics politique política wirtschaft business economy économie economía panorama gesundheit health santé sport
sports deportes kultur culture wissen wissenschaft science digital technik tech technology news nachrichten world welt monde
mundo international ausland inland deutschland lokales local regional medien media reise travel opinion meinung gesellschaft
lifestyle entertainment unterhaltung us uk africa europe asia
"""
_SECTIONS = _SECTIONS_TEXT.split()
_HOME = ("startseite", "home", "accueil", "inicio")

FAMILIES: tuple[Family, ...] = (
    Family("navigation", "opening", False, tuple(f"{home} {section}" for home in _HOME for section in _SECTIONS)),
    Family("navigation", "line", False, _phrases("""
        skip to content | skip to main content | skip to navigation | skip navigation | skip to primary content
        skip to footer | jump to navigation | jump to content | scorecardresearch | toggle navigation | open menu | close menu
        main menu | search form | back to top | zum inhalt springen | direkt zum inhalt | zur navigation springen
        zum seitenanfang | nach oben | aller au contenu | aller au contenu principal | retour en haut | saltar al contenido
        ir al contenido | pasar al contenido principal | ir para o conteúdo | vai al contenuto | ga naar de inhoud
        hoppa till innehåll | перейти к содержанию | you are here | sie sind hier | print this page | print this article
        artikel drucken | seite drucken | imprimer l'article | view gallery | toggle caption | hide caption
        skip twitter post | end of twitter post | scroll down for video | more in | close | photo | photos | video
    """)),
    Family("advertisement", "line", False, _phrases("""
        advertisement | advertisement continue reading the main story | continue reading the main story
        story continues below advertisement | story continues below | article continues below | continue reading below
        advertisement feature | sponsored content | sponsored links | anzeige | werbung | publicité
        la suite après la publicité | publicidad | publicidade | continua após a publicidade | pubblicità | advertentie
        annons | reklama | реклама | 広告
    """)),
    Family("sharing", "line", False, _phrases("""
        share this | share this article | share this story | share this page | share this with | share on facebook
        share on twitter | share via email | share by email | email this | email this article | read or share this story
        tweet this | like this | like this loading | copy this link | copy link | copy url
        these are external links and will open in a new window | auf facebook teilen | auf twitter teilen
        teilen sie diesen artikel | artikel teilen | per e mail versenden | beitrag per e mail versenden
        als e mail versenden | per mail teilen | seite drucken | partager cet article | partager sur facebook
        partager sur twitter | compartir en facebook | compartir en twitter | compartir esta noticia
        compartilhar no facebook | condividi su facebook | deel dit artikel | поделиться | share | teilen | partager
        compartir | compartilhar | condividi
    """)),
    Family("sharing", "start", False, _phrases("""
        read or share this story | share this entry | follow us on | follow us | like us on facebook | find us on facebook
        join us on facebook | join our whatsapp | join our telegram | folgen sie uns | folge uns | suivez nous | síguenos
        siga nos | seguici su | volg ons
    """)),
    Family("sharing", "short", False, _phrases("""
        follow us on twitter | follow us on facebook | follow us on instagram | like us on facebook | follow on twitter
        visit our facebook page | comments below | comment count on this article | download our app | download the app
        subscribe to our youtube channel | click here to see the video | click here to watch the video | click here to watch
        contact the author | contact the writer
    """)),
    Family("comments", "line", True, _phrases("""
        leave a reply | leave a comment | post a comment | add a comment | write a comment | add your comment | view comments
        show comments | load comments | hide comments | comments are closed | comments have been closed | no comments
        join the discussion | join the conversation | sign in to comment | log in to comment | login to post comments
        cancel reply | your email address will not be published | required fields are marked
        notify me of follow up comments by email | notify me of new comments via email | notify me of new posts by email
        notify me of new posts via email | save my name email and website in this browser for the next time i comment
        comments powered by disqus | blog comments powered by disqus
        please enable javascript to view the comments powered by disqus
        fill in your details below or click an icon to log in | you are commenting using your account
        you are commenting using your wordpress com account | you are commenting using your google account
        you are commenting using your twitter account | you are commenting using your facebook account | log out change
        google photo | twitter picture | facebook photo | connecting to | this site uses akismet to reduce spam
        learn how your comment data is processed | facebook comments | comments | kommentare | kommentar schreiben
        kommentar verfassen | kommentar hinterlassen | schreibe einen kommentar | schreiben sie einen kommentar
        kommentare anzeigen | deine e mail adresse wird nicht veröffentlicht | die kommentarfunktion ist geschlossen
        die kommentarfunktion ist deaktiviert | diskutieren sie mit | jetzt kommentieren | laisser un commentaire
        laissez un commentaire | ajouter un commentaire | commentaires | votre adresse e mail ne sera pas publiée
        votre adresse de messagerie ne sera pas publiée | réagir à cet article | deja un comentario | dejar un comentario
        deja una respuesta | tu dirección de correo electrónico no será publicada | comentarios | deixe um comentário
        deixe uma resposta | o seu endereço de email não será publicado | lascia un commento
        il tuo indirizzo email non sarà pubblicato | geef een reactie | lämna ett svar | dodaj komentarz
        добавить комментарий | оставить комментарий | ваш адрес email не будет опубликован
    """)),
    Family("comments", "sentence", True, _phrases("""
        comments submitted by third parties on this site | share with us their views and comments about this article
        your feedback is important to us | accepts no responsibility for the content of comment
        verify your email with disqus | your email address will not appear on the site
        we reserve the right to remove comments | we reserve the right to delete comments | comments are moderated
        all comments are moderated | comments that are offensive | the views expressed in the comments
        views expressed in the contents above are those of our users | fill in your details below
        you are commenting using your | leave us a comment | let us know in the comments | tell us in the comments
        your thoughts in the comments | thoughts and opinions in the comments | sound off in the comments
        please read our comment policy | read our comment policy | read our commenting policy | our community guidelines
        bitte beachten sie unsere netiquette | bitte halten sie sich an unsere netiquette | die redaktion behält sich vor
        kommentare werden moderiert | les commentaires sont modérés
        los comentarios publicados son de exclusiva responsabilidad
    """)),
    Family("feedback", "start", True, _phrases("""
        interested in knowing more about this story | was this article helpful | was this helpful | did you find this article
        report a typo | report an error | report a correction | found an error | have you spotted an error
        do you have a story for | do you have a news tip | got a tip | got a story | send us your | email us at
        contact us at | haben sie einen fehler gefunden | fehler melden | fehler gefunden | une erreur dans l'article
        signaler une erreur | encontró un error
    """)),
    Family("newsletter", "line", False, _phrases("""
        newsletter sign up | sign up for our newsletter | sign up for our newsletters | sign up for the newsletter
        sign up for our daily newsletter | sign up for our free newsletter | subscribe to our newsletter
        subscribe to our newsletters | subscribe to our mailing list | subscribe now | subscribe today
        enter your email address | enter your email | please enter a valid email address | invalid email address
        please re enter | sign up | you must select a newsletter to subscribe to
        please verify you re not a robot by clicking the box | thank you for subscribing | thanks for subscribing
        an error has occurred please try again later | an error has occurred | view all new york times newsletters
        you will receive emails containing news content | you may opt out at any time
        get the latest news delivered to your inbox | delivered to your inbox | newsletter abonnieren
        abonnieren sie unseren newsletter | melden sie sich für unseren newsletter an | jetzt newsletter abonnieren
        hier geht es zum newsletter | zur newsletter anmeldung | ein fehler ist aufgetreten bitte überprüfen sie ihre eingaben
        vielen dank der beitrag wurde erfolgreich versandt | vielen dankder beitrag wurde erfolgreich versandt
        inscrivez vous à notre newsletter | abonnez vous à notre newsletter | recevez notre newsletter
        suscríbete a nuestra newsletter | suscríbase a nuestro boletín | inscreva se na nossa newsletter
        iscriviti alla newsletter | schrijf je in voor onze nieuwsbrief | подпишитесь на нашу рассылку
    """)),
    Family("newsletter", "start", False, _phrases("""
        sign up for our | sign up to our | sign up here for | subscribe to our | subscribe to the | get our newsletter
        get the app | abonnieren sie | melden sie sich für | inscrivez vous à la newsletter | abonnez vous à la newsletter
    """)),
    Family("consent", "sentence", False, _phrases("""
        this website uses cookies | this site uses cookies | we use cookies | by continuing to use this site you agree
        by continuing to browse | accept all cookies | accept cookies | manage your cookie preferences
        diese website verwendet cookies | diese webseite verwendet cookies | wir verwenden cookies
        wir benötigen ihre zustimmung | wir brauchen ihre zustimmung | an dieser stelle finden sie einen externen inhalt
        hier können sie ihre zustimmung | ce site utilise des cookies | nous utilisons des cookies
        en poursuivant votre navigation | este sitio utiliza cookies | este sitio web utiliza cookies | utilizamos cookies
        este site utiliza cookies | questo sito utilizza cookie | deze website gebruikt cookies | мы используем файлы cookie
    """)),
    Family("player", "short", False, _phrases("""
        please enable javascript | please turn on javascript | javascript is disabled | bitte aktivieren sie javascript
        veuillez activer javascript | active javascript | your browser does not support | ihr browser unterstützt
        votre navigateur ne supporte pas | this video is not available | dieses video ist nicht verfügbar
        on a mobile device click here | using a mobile device click here | media playback is unsupported on your device
        video loading | video player | watch the video above | watch the video below | mobile users click here
        app users click here
    """)),
    Family("related articles", "line", False, _phrases("""
        zum thema | mehr zum thema | lesen sie auch | lesen sie mehr | lesen sie dazu auch | lesen sie hier | auch interessant
        das könnte sie auch interessieren | weitere artikel | meistgelesen | meistgelesene artikel | related articles
        related stories | related news | related topics | related content | related posts | related links | more stories
        more news | more from | most read | most popular | most viewed | trending now | you may also like
        you might also like | you may like | recommended for you | recommended stories | more on this story | read more
        read also | also read | read next | see also | top stories | latest news | à lire aussi | lire aussi
        sur le même sujet | les plus lus | articles liés | lea también | lee también | leer más | le puede interesar
        te puede interesar | noticias relacionadas | más leídas | leia também | leia mais | leggi anche | lees ook | lees meer
        läs också | läs mer | czytaj też | czytaj także | читайте также | читать далее
        اقرأ أيضا | 関連記事 | 相关阅读 | 相关新闻
    """)),
    Family("related articles", "start", False, _phrases("""
        for full coverage of | click here for more | for more on this story | for more news | for more stories
        read the full story | read the full article | read the original article | weitere nachrichten | alle nachrichten
        alle aktuellen informationen
    """)),
    Family("rights", "sentence", True, _phrases("""
        all rights reserved | this material may not be published broadcast rewritten or redistributed
        may not be published broadcast rewritten or redistributed | this content is subject to copyright
        unauthorized reproduction is prohibited | reproduction without permission is prohibited
        reproduction in whole or in part | may not be reproduced without | is not responsible for the content of external
        alle rechte vorbehalten | weiterverbreitung und wiederveröffentlichung nur mit | tous droits réservés
        toute reproduction interdite | reproduction interdite | todos los derechos reservados | prohibida su reproducción
        prohibida la reproducción | todos os direitos reservados | tutti i diritti riservati | riproduzione riservata
        alle rechten voorbehouden | все права защищены | 版权所有 | 無断転載
    """)),
    Family("rights", "end", True, _phrases("""
        hier können sie die rechte an diesem artikel erwerben | hier können sie die rechte erwerben
        beitrag per e mail versenden | for reprint rights | order reprints
    """)),
    Family("about the article", "start", True, _phrases("""
        dieser artikel erschien | dieser artikel ist zuerst | dieser artikel wurde zuerst | dieser artikel ist im original
        dieser artikel ist erschienen | dieser artikel stammt | dieser text erschien | dieser text ist zuerst
        dieser beitrag erschien | diese meldung wurde | this article was originally published
        this article originally appeared | this article first appeared | this article appeared in
        this article was first published | this article is republished | this story was originally published
        this story originally appeared | this story first appeared | this story has been published from a wire
        this post originally appeared | this story has not been edited | this article has been adapted
        originally published on | originally published at | originally published as | cet article a été publié
        cet article est paru | este artículo fue publicado | este artículo se publicó
    """)),
)
