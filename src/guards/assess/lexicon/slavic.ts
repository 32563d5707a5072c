/** Polish, Russian and their kin. */
import type { Words } from './concepts.ts';

export const SLAVIC: Readonly<Record<string, Words>> = {
  pl: {
    ignore:
      'ignoruj*|zignoruj*|zapomnij*|pomin*|pomijaj*|nie przestrzegaj|nie stosuj|obejdz|obchodz*|nadpisz*|nie zwracaj uwagi|lekcewaz*|odrzuc*',
    prior: 'poprzedni*|wczesniejsz*|powyzsz*|dotychczasow*|pierwotn*|wszystk*|poczatkow*',
    rules: 'instrukcj*|polece*|zasad*|regul*|wytyczn*|rozkaz*|nakaz*|ogranicze*|zalece*|komend*',
    reveal: 'ujawni*|pokaz*|wyswietl*|podaj*|powtorz*|zdradz*|powiedz mi|wypisz*|wydrukuj*',
    system:
      'prompt systemow*|monit systemow*|komunikat systemow*|instrukcje systemow*|twoje instrukcje|ukryte instrukcje|tajne instrukcje|prompt poczatkowy',
    role: 'jestes teraz|teraz jestes|od teraz|od tej pory|udawaj*|zachowuj sie jak|wciel sie|odgrywaj*|wyobraz sobie ze jestes',
    unbound:
      'bez ograniczen|bez zadnych ograniczen|bez filtr*|bez cenzury|nieocenzurowan*|bez zasad|tryb dewelopera',
    crime:
      'zhakowa*|hakowa*|ukrasc|kradzie*|bomb*|materialy wybuchowe|bron|narkotyk*|pranie pieniedzy|oszust*|falszow*|nielegaln*|zabic|zabij*|morderst*|otru*|szantaz*|zlosliwe oprogramowanie',
    secret:
      'hasl*|dane logowania|poufn*|tajn*|prywatne dane|dane osobowe|klucz api|klucze api|kart* kredytow*|sekret*',
    run: 'wykonaj*|uruchom*|usun*|wyslij*|przeslij*|przekaz*|pobierz*|skasuj*',
    answer:
      'odpowiadaj tylko|odpowiedz tylko|napisz tylko|powiedz tylko|zamiast tego|nowe instrukcje|nowa instrukcja|twoja odpowiedz',
  },
  cs: {
    ignore: 'ignoruj*|zapomen*|nedbej*|preskoc*|neridte se|nerid se|obejdi|prepis*|opomin*|nevsimej*',
    prior: 'predchoz*|drivejsi*|vyse|puvodn*|vsechn*|veskere|dosavadn*|predesl*',
    rules: 'instrukc*|pokyn*|pravidl*|prikaz*|smernic*|omezen*|narizen*|zadan*|povel*',
    reveal: 'odhal*|ukaz*|zobraz*|prozrad*|zopakuj*|vypis*|rekni mi|sdel*',
    system:
      'systemovy prompt*|systemovou vyzvu|systemova zprava|systemove instrukce|tve pokyny|vase pokyny|skryte pokyny|tajne pokyny',
    role: 'nyni jsi|ted jsi|od ted|od nynejska|predstirej*|chovej se jako|hraj roli|predstav si ze jsi',
    unbound: 'bez omezeni|bez filtr*|bez cenzury|necenzurovan*|bez pravidel|vyvojarsky rezim',
    crime:
      'hacknout|nabourat|ukrast|kradez*|bomb*|vybusnin*|zbran*|drog*|prani penez|podvod*|padel*|nelegaln*|zabit|vrazd*|otrav*|vydiran*',
    secret: 'hesl*|prihlasovaci udaje|duvern*|tajn*|soukroma data|osobni udaje|api klic*|kreditni kart*',
    run: 'spust*|proved*|smaz*|odesli*|posli*|preposli*|stahn*',
    answer: 'odpovidej pouze|odpovez pouze|rekni jen|misto toho|nove pokyny|novy pokyn|tvoje odpoved',
  },
  sk: {
    ignore: 'ignoruj*|zabudni*|nedbaj*|preskoc*|neriad sa|obid*|prepis*',
    prior: 'predchadzajuc*|vyssie|povodn*|vsetk*|doterajs*|predosl*',
    rules: 'pokyn*|pravidl*|prikaz*|instrukci*|usmernen*|obmedzen*',
    reveal: 'odhal*|ukaz*|zobraz*|prezrad*|zopakuj*|vypis*|povedz mi',
    system: 'systemovy prompt|systemova sprava|tvoje pokyny|skryte pokyny|tajne pokyny',
    role: 'teraz si|odteraz|od teraz|predstieraj*|spravaj sa ako|hraj ulohu',
    unbound: 'bez obmedzeni|bez filtrov|bez cenzury|bez pravidiel',
    crime: 'ukradn*|vybusnin*|zbran*|pranie penazi|podvod*|nezakonn*|zabit|otrav*',
    secret: 'hesl*|doverne|tajne|osobne udaje|api kluc*',
    run: 'spusti*|vykonaj*|vymaz*|odosli*|posli*',
    answer: 'odpovedaj iba|povedz len|namiesto toho|nove pokyny|tvoja odpoved',
  },
  ru: {
    ignore:
      'игнорир*|проигнорир*|забудь*|забыть|забудьте|не обращай внимания|не обращайте внимания|не следуй*|отбрось*|обойди*|пренебреги*|пропусти*|отмени*|не слушай*|нарушь',
    prior: 'предыдущ*|прежн*|вышеуказанн*|вышеизложенн*|ранее|выше|все|всё|исходн*|первоначальн*|прошл*',
    rules:
      'инструкц*|правил*|указани*|команд*|приказ*|директив*|ограничени*|предписани*|запрет*|политик*|фильтр*|установк*',
    reveal:
      'раскрой*|покажи*|выведи*|повтори*|сообщи*|расскажи*|напечатай*|дай мне|скажи мне|выдай*|перечисли*|назови',
    system:
      'системный промпт*|системн* промпт*|системное сообщение|системные инструкции|твои инструкции|ваши инструкции|скрытые инструкции|секретные инструкции|начальный промпт|системную подсказку|системного промпта',
    role: 'теперь ты|ты теперь|вы теперь|отныне|с этого момента|притворись*|представь что ты|веди себя как|действуй как|сыграй роль|играй роль|притворяйся*',
    unbound:
      'без ограничени*|без цензуры|без фильтр*|без правил|неограниченн*|режим разработчика|никаких правил|никаких ограничений',
    crime:
      'взлом*|украсть|укради*|краж*|бомб*|взрывчат*|оружи*|наркотик*|отмыва*|мошеннич*|поддел*|незаконн*|нелегальн*|убить|убей*|убийств*|отрав*|шантаж*|вредоносн*|вирус*|фишинг*',
    secret:
      'парол*|учетные данные|конфиденциальн*|секретн*|секрет*|личные данные|персональные данные|ключ api|ключи api|api-ключ*|кредитн* карт*|внутренние данные',
    run: 'выполни*|запусти*|удали*|отправь*|перешли*|переведи деньги|скачай*|исполни*',
    answer:
      'отвечай только|ответь только|скажи только|вместо этого|новые инструкции|новая инструкция|твой ответ|просто скажи|напиши только',
  },
  uk: {
    ignore: 'ігнору*|проігноруй*|забудь*|не звертай уваги|не дотримуйся|відкинь*|обійди*|скасуй*|не слухай*',
    prior: 'попередн*|вищезазначен*|раніше|вище|всі|усі|початков*|минул*',
    rules: 'інструкці*|правил*|вказівк*|команд*|наказ*|директив*|обмежен*|заборон*',
    reveal: 'розкрий*|покажи*|виведи*|повтори*|розкажи*|скажи мені|дай мені|надрукуй*',
    system:
      'системний промпт*|системне повідомлення|системні інструкції|твої інструкції|ваші інструкції|приховані інструкції',
    role: 'тепер ти|ти тепер|відтепер|з цього моменту|прикинься*|уяви що ти|поводься як|дій як|грай роль',
    unbound: 'без обмежень|без цензури|без фільтрів|без правил|режим розробника',
    crime:
      'зламати|злам*|вкрасти|крадіж*|бомб*|вибухівк*|збро*|наркотик*|відмиван*|шахрай*|підроб*|незаконн*|вбити|отру*|шантаж*',
    secret: 'парол*|облікові дані|конфіденційн*|таємн*|секретн*|особисті дані|персональні дані|ключ api',
    run: 'виконай*|запусти*|видали*|надішли*|перешли*|завантаж*',
    answer: 'відповідай лише|відповідай тільки|скажи тільки|замість цього|нові інструкції|твоя відповідь',
  },
  bg: {
    ignore: 'игнорирай*|забрави*|не обръщай внимание|не следвай|пренебрегни*|заобиколи*|отмени*',
    prior: 'предишн*|по-горе|горните|всички|първоначалн*|досегашн*',
    rules: 'инструкци*|правила*|указания*|команди*|заповед*|ограничени*|насоки*',
    reveal: 'разкрий*|покажи*|изведи*|повтори*|кажи ми|дай ми|отпечатай*',
    system:
      'системния промпт|системен промпт|системното съобщение|системните инструкции|твоите инструкции|скритите инструкции',
    role: 'сега си|отсега нататък|от сега нататък|преструвай се|дръж се като|играй ролята',
    unbound: 'без ограничения|без цензура|без филтри|без правила',
    crime: 'хакн*|открадн*|бомба*|взрив*|оръжи*|наркотиц*|пране на пари|измам*|незакон*|убий*|отров*',
    secret: 'парол*|поверителн*|тайн*|лични данни|api ключ*',
    run: 'изпълни*|стартирай*|изтрий*|изпрати*|препрати*',
    answer: 'отговаряй само|отговори само|кажи само|вместо това|нови инструкции',
  },
  sr: {
    ignore:
      'ignorisi*|ignoriraj*|zaboravi*|zanemari*|ne slijedi|ne prati|zaobid*|preskoci*|игнориши*|заборави*|занемари*|не прати',
    prior: 'prethodn*|gore|gornje|navedene|sve|pocetn*|ranij*|претходн*|све|горе',
    rules:
      'instrukcij*|upute|uputa|uputstva|uputstav*|pravila*|smernic*|smjernic*|naredb*|nalog*|ogranicenj*|упутства|правила|инструкциј*|наредб*',
    reveal: 'otkrij*|pokazi*|prikazi*|ponovi*|reci mi|daj mi|ispisi*|открии*|покажи*|прикажи*',
    system:
      'sistemski prompt|sustavski upit|sistemsku poruku|tvoje upute|tvoja uputstva|skrivene upute|системски промпт',
    role: 'sada si|od sada|ubuduce|pretvaraj se|ponasaj se kao|glumi*|igraj ulogu',
    unbound: 'bez ogranicenja|bez cenzure|bez filtera|bez pravila',
    crime: 'hakir*|ukrad*|bomb*|eksploziv*|oruzj*|drog*|pranje novca|prevar*|ilegaln*|ubij*|otrov*',
    secret: 'lozink*|sifr*|povjerljiv*|poverljiv*|tajn*|osobni podaci|licni podaci|api kljuc*',
    run: 'izvrsi*|pokreni*|obrisi*|izbrisi*|posalji*|proslijedi*',
    answer: 'odgovori samo|odgovaraj samo|reci samo|umjesto toga|umesto toga|nove upute',
  },
};
