"""Data of the dateline rules: cities that news is written from, agencies as datelines abbreviate them, months.

A dateline in capitals, or with an agency or a date, needs no list. The cities serve the bare forms only ("Berlin. Die ...",
"Detroit – Passengers ..."), where any capitalised word could stand.
"""

from __future__ import annotations

CITIES = frozenset("""
aachen abidjan abu dhabi|abuja|accra|addis ababa|addis abeba|aden|agadez|ajaccio|albany|aleppo|algier|algiers|amman|amsterdam|ankara
anchorage|antwerp|antwerpen|asunción|asuncion|athen|athens|athènes|atlanta|auckland|augsburg|austin|baghdad|bagdad|baku|baltimore
bamako|bangalore|bengaluru|bangkok|barcelona|basel|beijing|beirut|belfast|belgrad|belgrade|bengasi|benghazi|berlin|bern|bielefeld
birmingham|bishkek|bogota|bogotá|bochum|bonn|bordeaux|boston|brasilia|brasília|bratislava|brazzaville|bremen|bremerhaven|brisbane
brussels|brüssel|bruxelles|bruselas|bucharest|bukarest|budapest|buenos aires|bujumbura|cairo|cancún|calgary|canberra|cape town|caracas
casablanca|charlotte|chemnitz|chennai|chicago|chisinau|cincinnati|cleveland|colombo|copenhagen|cottbus|dakar|dallas|damascus|damaskus
damas|darmstadt|denver|den haag|detroit|dhaka|djibouti|doha|donetsk|dortmund|dresden|dubai|dublin|duisburg|düsseldorf|edinburgh
erfurt|essen|flensburg|florence|frankfurt|frankfurt/main|frankfurt am main|frankfurt/oder|freetown|freiburg|gaza|gao|gaza city|genf
geneva|genève|ginebra|glasgow|goma|göttingen|graz|greifswald|guatemala city|hague|halifax|halle|hamburg|hannover|hanoi|harare|havana
havanna|la habana|heidelberg|heilbronn|helsinki|hildesheim|hong kong|hongkong|honolulu|houston|hyderabad|ingolstadt|innsbruck|islamabad
istanbul|jakarta|jena|jerusalem|jérusalem|jerusalén|johannesburg|juba|kabul|kaboul|kairo|le caire|el cairo|kampala|karachi|karlsruhe
kassel|kathmandu|khartoum|khartum|kiel|kiev|kiew|kyiv|kigali|kinshasa|koblenz|köln|cologne|kolkata|konstanz|kopenhagen|krakow|kuala lumpur
kuwait city|lagos|lahore|la paz|las vegas|lausanne|leeds|leipzig|libreville|lille|lima|lisbon|lissabon|lisbonne|liverpool|ljubljana|lomé
london|londres|los angeles|lübeck|luxemburg|luxembourg|lyon|madrid|magdeburg|mailand|mainz|managua|manama|manchester|manila|mannheim
marburg|marseille|melbourne|memphis|mexico city|mexiko-stadt|ciudad de méxico|mexico|miami|milan|milano|milwaukee|minneapolis|minsk
mogadishu|monrovia|montevideo|montreal|montréal|moscow|moskau|moscou|moscú|mumbai|munich|münchen|münster|muscat|nairobi|nashville|ndjamena
n'djamena|new delhi|neu-delhi|new orleans|new york|niamey|nice|nicosia|nikosia|nouakchott|nur-sultan|nürnberg|oldenburg|orlando|osaka
oslo|osnabrück|ottawa|ouagadougou|panama city|paris|parís|passau|peking|pékin|perth|peshawar|philadelphia|phoenix|phnom penh|pittsburgh
port-au-prince|portland|porto|posen|potsdam|prag|prague|praga|pretoria|pristina|pyongyang|quito|rabat|ramallah|rangoon|regensburg
reykjavik|riad|riyadh|riga|rio de janeiro|rom|rome|roma|rostock|rotterdam|saarbrücken|sacramento|salt lake city|salzburg|san antonio
san diego|san francisco|san josé|san juan|san salvador|sanaa|santiago|santiago de chile|santo domingo|sao paulo|são paulo|sarajevo
schwerin|seattle|seoul|séoul|shanghai|sidney|singapore|singapur|skopje|sofia|srinagar|stockholm|strasbourg|straßburg|strassburg|stralsund
stuttgart|sydney|taipei|taipeh|tallinn|tashkent|tbilisi|tiflis|tegucigalpa|teheran|tehran|téhéran|tel aviv|the hague|timbuktu|tirana
tokio|tokyo|toronto|toulouse|trier|tripoli|tripolis|tübingen|tunis|turin|ulm|ulan bator|valencia|valletta|vancouver|vatican city|venice
vienna|vienne|vilnius|warsaw|warschau|varsovie|washington|weimar|wellington|wien|wiesbaden|winnipeg|wolfsburg|wuhan|wuppertal|würzburg
yangon|yaoundé|yerevan|eriwan|zagreb|zürich|zurich|zwickau
""".strip().replace("\n", "|").replace("aachen abidjan abu dhabi", "aachen|abidjan|abu dhabi").split("|"))

AGENCIES = frozenset("""
aap abc acn adn aei afp aga agerpres akp ampe ana anadolu|anadolu agency|andina|anp|ansa|ap|apa|api|apn|aps|apa/dpa|ats|associated press
the associated press|bbc|bbc news|belga|bernama|bloomberg|bloomberg news|bta|canadian press|the canadian press|cnn|cnn money|cp|cna|cns
ctk|čtk|dapd|ddp|dj|dow jones|dow jones newswires|dpa|dpa-afx|dts|efe|ens|epa|epd|europa press|fides|ians|ina|interfax|ip|irna|isna|itar-tass
jiji|keystone-sda|kcna|kna|kuna|kyodo|kyodo news|lusa|map|mena|mti|notimex|nna|ntb|nzz|pa|pap|pna|press association|pti|rapsi|reuters|rferl
rfi|ria|ria novosti|ritzau|rtr|rtt|sana|sapa|sda|sid|sipa|spa|sputnik|stt|suna|swissinfo|tanjug|tap|tass|télam|telam|tt|una|uni|united press international
upi|wam|wenn|xinhua|ynet|yonhap|zenit|тасс|интерфакс|риа новости|рейтер|укринформ|ukrinform
""".strip().replace("\n", "|").replace("aap abc acn adn aei afp aga agerpres akp ampe ana anadolu|",
"aap|abc|acn|adn|afp|agerpres|ana|anadolu|").split("|"))

_MONTHS_TEXT = """
jan january januar jänner janvier janv enero ene gennaio gen janeiro januari feb february februar février fevrier févr fév
febrero febbraio fevereiro februari mar march märz maerz mrz mars marzo março maart apr april avril avr abril abr aprile may
mai mayo maggio mag maio mei jun june juni juin junio giugno giu junho jul july juli juillet juil julio luglio lug julho aug
august août aout agosto ago augustus sep sept september septembre septiembre setiembre settembre set setembro oct october
oktober okt octobre octubre ottobre ott outubro out nov november novembre noviembre novembro dec december dezember dez
décembre decembre déc diciembre dic dicembre dezembro января февраля марта апреля мая июня июля августа сентября октября
ноября декабря янв фев мар апр июн июл авг сен окт ноя дек
"""
MONTHS = frozenset(_MONTHS_TEXT.split())

_NOT_PLACES_TEXT = """
advertisement alert analysis analyse announcement answer ap aktualisiert blog breaking bericht by caution clarification
column comment commentary correction corrected developing disclaimer editorial eilmeldung eil exclusive exklusiv fact
factbox fakten file flash focus follow frage für graphic hinweis important info interview image in instant just kommentar
kolumne latest leading live liveblog live-blog marktbericht meinung more music news newsblog newsletter note notice nota on
opinion opinião opinión our photo photos plus podcast poll profile pub q quote quiz read related report review reportage
rumor rumour roundup see so source special spoiler sponsored statement sources stand study subscribe summary sport the this
tip tipp top transcript trending tweet update updated urgent video videos view warning warum was watch weather wer where why
what who wie wirtschaft zitat zum zur you
"""
NOT_PLACES = frozenset(_NOT_PLACES_TEXT.split())
"""Words in capitals or with a colon that open articles without being places."""
