"""Data of the dateline rules: cities that news is written from, agencies as datelines abbreviate them, months.

A dateline in capitals, or with an agency or a date, needs no list. The cities serve the bare forms only ("Berlin. Die ...",
"Detroit – Passengers ..."), where any capitalised word could stand.
"""

from __future__ import annotations

_CITIES_TEXT = """
aachen|abidjan|abu dhabi|abuja|accra|addis ababa|addis abeba|aden|agadez|ajaccio|albany|aleppo|algier|algiers|amman
amsterdam|anchorage|ankara|antwerp|antwerpen|asuncion|asunción|athen|athens|athènes|atlanta|auckland|augsburg|austin|bagdad
baghdad|baku|baltimore|bamako|bangalore|bangkok|barcelona|basel|beijing|beirut|belfast|belgrad|belgrade|bengaluru|bengasi
benghazi|berlin|bern|bielefeld|birmingham|bishkek|bochum|bogota|bogotá|bonn|bordeaux|boston|brasilia|brasília|bratislava
brazzaville|bremen|bremerhaven|brisbane|bruselas|brussels|bruxelles|brüssel|bucharest|budapest|buenos aires|bujumbura
bukarest|cairo|calgary|canberra|cancún|cape town|caracas|casablanca|charlotte|chemnitz|chennai|chicago|chisinau|cincinnati
ciudad de méxico|cleveland|cologne|colombo|copenhagen|cottbus|dakar|dallas|damas|damascus|damaskus|darmstadt|den haag|denver
detroit|dhaka|djibouti|doha|donetsk|dortmund|dresden|dubai|dublin|duisburg|düsseldorf|edinburgh|el cairo|erfurt|eriwan|essen
flensburg|florence|frankfurt|frankfurt am main|frankfurt/main|frankfurt/oder|freetown|freiburg|gao|gaza|gaza city|geneva
genf|genève|ginebra|glasgow|goma|graz|greifswald|guatemala city|göttingen|hague|halifax|halle|hamburg|hannover|hanoi|harare
havana|havanna|heidelberg|heilbronn|helsinki|hildesheim|hong kong|hongkong|honolulu|houston|hyderabad|ingolstadt|innsbruck
islamabad|istanbul|jakarta|jena|jerusalem|jerusalén|johannesburg|juba|jérusalem|kaboul|kabul|kairo|kampala|karachi|karlsruhe
kassel|kathmandu|khartoum|khartum|kiel|kiev|kiew|kigali|kinshasa|koblenz|kolkata|konstanz|kopenhagen|krakow|kuala lumpur
kuwait city|kyiv|köln|la habana|la paz|lagos|lahore|las vegas|lausanne|le caire|leeds|leipzig|libreville|lille|lima|lisbon
lisbonne|lissabon|liverpool|ljubljana|lomé|london|londres|los angeles|luxembourg|luxemburg|lyon|lübeck|madrid|magdeburg
mailand|mainz|managua|manama|manchester|manila|mannheim|marburg|marseille|melbourne|memphis|mexico|mexico city|mexiko-stadt
miami|milan|milano|milwaukee|minneapolis|minsk|mogadishu|monrovia|montevideo|montreal|montréal|moscou|moscow|moscú|moskau
mumbai|munich|muscat|münchen|münster|n'djamena|nairobi|nashville|ndjamena|neu-delhi|new delhi|new orleans|new york|niamey
nice|nicosia|nikosia|nouakchott|nur-sultan|nürnberg|oldenburg|orlando|osaka|oslo|osnabrück|ottawa|ouagadougou|panama city
paris|parís|passau|peking|perth|peshawar|philadelphia|phnom penh|phoenix|pittsburgh|port-au-prince|portland|porto|posen
potsdam|prag|praga|prague|pretoria|pristina|pyongyang|pékin|quito|rabat|ramallah|rangoon|regensburg|reykjavik|riad|riga
rio de janeiro|riyadh|rom|roma|rome|rostock|rotterdam|saarbrücken|sacramento|salt lake city|salzburg|san antonio|san diego
san francisco|san josé|san juan|san salvador|sanaa|santiago|santiago de chile|santo domingo|sao paulo|sarajevo|schwerin
seattle|seoul|shanghai|sidney|singapore|singapur|skopje|sofia|srinagar|stockholm|stralsund|strasbourg|strassburg|straßburg
stuttgart|sydney|são paulo|séoul|taipeh|taipei|tallinn|tashkent|tbilisi|tegucigalpa|teheran|tehran|tel aviv|the hague|tiflis
timbuktu|tirana|tokio|tokyo|toronto|toulouse|trier|tripoli|tripolis|tunis|turin|téhéran|tübingen|ulan bator|ulm|valencia
valletta|vancouver|varsovie|vatican city|venice|vienna|vienne|vilnius|warsaw|warschau|washington|weimar|wellington|wien
wiesbaden|winnipeg|wolfsburg|wuhan|wuppertal|würzburg|yangon|yaoundé|yerevan|zagreb|zurich|zwickau|zürich
"""
CITIES = frozenset(_CITIES_TEXT.strip().replace("\n", "|").split("|"))

_AGENCIES_TEXT = """
aap|abc|acn|adn|afp|agerpres|ana|anadolu|anadolu agency|andina|anp|ansa|ap|apa|apa/dpa|api|apn|aps|associated press|ats|bbc
bbc news|belga|bernama|bloomberg|bloomberg news|bta|canadian press|cna|cnn|cnn money|cns|cp|ctk|dapd|ddp|dj|dow jones
dow jones newswires|dpa|dpa-afx|dts|efe|ens|epa|epd|europa press|fides|ians|ina|interfax|ip|irna|isna|itar-tass|jiji|kcna
keystone-sda|kna|kuna|kyodo|kyodo news|lusa|map|mena|mti|nna|notimex|ntb|nzz|pa|pap|pna|press association|pti|rapsi|reuters
rferl|rfi|ria|ria novosti|ritzau|rtr|rtt|sana|sapa|sda|sid|sipa|spa|sputnik|stt|suna|swissinfo|tanjug|tap|tass|telam
the associated press|the canadian press|tt|télam|ukrinform|una|uni|united press international|upi|wam|wenn|xinhua|ynet
yonhap|zenit|čtk|интерфакс|рейтер|риа новости|тасс|укринформ
"""
AGENCIES = frozenset(_AGENCIES_TEXT.strip().replace("\n", "|").split("|"))

_MONTHS_TEXT = """
jan january januar jänner janvier janv enero ene gennaio gen janeiro januari января янв
feb february februar février fevrier févr fév febrero febbraio fevereiro februari февраля фев
mar march märz maerz mrz mars marzo março maart марта мар
apr april avril avr abril abr aprile апреля апр
may mai mayo maggio mag maio mei мая
jun june juni juin junio giugno giu junho июня июн
jul july juli juillet juil julio luglio lug julho июля июл
aug august août aout agosto ago augustus августа авг
sep sept september septembre septiembre setiembre settembre set setembro сентября сен
oct october oktober okt octobre octubre ottobre ott outubro out октября окт
nov november novembre noviembre novembro ноября ноя
dec december dezember dez décembre decembre déc diciembre dic dicembre dezembro декабря дек
"""
MONTHS = {word: number for number, line in enumerate(_MONTHS_TEXT.split("\n")) for word in line.split()}
"""Names of months and their short forms, lower case, with the month's number: a line a month."""

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
