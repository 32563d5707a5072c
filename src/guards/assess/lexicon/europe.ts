/** Finnish, Hungarian, Greek and Turkish. */
import type { Words } from './concepts.ts';

export const EUROPE: Readonly<Record<string, Words>> = {
  fi: {
    ignore: 'ohita*|unohda*|jata huomiotta|jata huomioimatta|sivuuta*|ala noudata|ala valita|kumoa*',
    prior: 'aiem*|edellis*|ylla*|alkuperais*|kaikki|tahanastis*|edeltav*',
    rules: 'ohje*|ohjeet|saann*|saanto*|maaray*|rajoitu*|komenno*|kehotte*|kehote*|kasky*',
    reveal: 'paljasta*|nayta*|kerro*|tulosta*|toista*|anna minulle|jaa',
    system:
      'jarjestelmakehot*|jarjestelmaviesti*|jarjestelmaohje*|omat ohjeesi|salaiset ohjeet|piilotetut ohjeet',
    role: 'olet nyt|tasta lahtien|teeskentele*|esita*|toimi kuin|kuvittele olevasi',
    unbound: 'ilman rajoituksia|ilman rajoitteita|sensuroimat*|rajoittamat*|ei saantoja',
    crime:
      'hakkeroi*|varasta*|pommi*|rajahd*|ase|aseet|huume*|rahanpesu*|petos*|laiton*|tappa*|murha*|myrky*|kirist*',
    secret: 'salasan*|tunnukset|luottamuksel*|salai*|henkilotiedot|yksityis*|api-avai*|luottokort*',
    run: 'suorita*|poista*|laheta*|valita eteenpain|lataa*',
    answer: 'vastaa vain|sano vain|sen sijaan|uudet ohjeet|uusi ohje|vastauksesi',
  },
  hu: {
    ignore:
      'hagyd figyelmen kivul|hagyja figyelmen kivul|felejts* el|felejtse|mellozd|ne kovesd|ne kovesse|ignorald|kerulj* meg|ird felul',
    prior: 'korabbi*|elozo*|fenti*|eddigi*|eredeti*|osszes|minden',
    rules: 'utasitas*|szabaly*|iranyelv*|parancs*|korlatozas*|eloiras*|instrukcio*',
    reveal: 'mutasd*|fedd fel|arulj* el|ird ki|ismeteld*|mondd el|add meg|mutassa*',
    system:
      'rendszerprompt*|rendszeruzenet*|rendszerutasitas*|az utasitasaid*|rejtett utasitas*|titkos utasitas*',
    role: 'mostantol|most mar te|tegy ugy mintha|viselkedj ugy|jatszd el|kepzeld el hogy te',
    unbound: 'korlatozas nelkul|korlatok nelkul|szurok nelkul|cenzurazatlan|szabalyok nelkul',
    crime:
      'feltor*|lopni|lop*|bomba*|robbano*|fegyver*|kabitoszer*|penzmosas*|csalas*|hamis*|illegalis*|torvenytelen*|megol*|gyilkos*|merg*|zsarol*',
    secret: 'jelszo*|jelszav*|bizalmas*|titkos*|szemelyes adat*|api-kulcs*|hitelkarty*',
    run: 'futtasd*|hajtsd vegre|torold*|kuldj*|kuldd*|tovabbit*|toltsd le',
    answer: 'csak annyit valaszolj|csak azt mondd|valaszolj csak|ehelyett|helyette|uj utasitas*|a valaszod',
  },
  el: {
    ignore:
      'αγνόησε*|αγνοήστε*|αγνόησ*|ξέχασε*|ξεχάστε*|παράβλεψε*|παραβλέψτε|μην ακολουθ*|παράκαμψε*|μη λάβεις υπόψη|αγνοεί*',
    prior: 'προηγούμεν*|παραπάνω|ανωτέρω|αρχικ*|όλες|όλα|όλους|μέχρι τώρα|πριν',
    rules: 'οδηγί*|κανόν*|εντολ*|οδηγιών|κατευθύνσεις|περιορισμ*|κανονισμ*',
    reveal: 'αποκάλυψε*|αποκαλύψτε|δείξε*|δείξτε|εμφάνισε*|επανάλαβε*|πες μου|δώσε μου|εκτύπωσε*',
    system:
      'προτροπή συστήματος|μήνυμα συστήματος|οδηγίες συστήματος|τις οδηγίες σου|κρυφές οδηγίες|system prompt',
    role: 'τώρα είσαι|είσαι τώρα|από εδώ και πέρα|από τώρα|προσποιήσου|προσποιηθείτε|φέρσου σαν|παίξε τον ρόλο|κάνε ότι είσαι',
    unbound: 'χωρίς περιορισμούς|χωρίς φίλτρα|χωρίς λογοκρισία|χωρίς κανόνες|χωρίς όρια',
    crime:
      'χακάρ*|κλέψ*|βόμβ*|εκρηκτικ*|όπλ*|ναρκωτικ*|ξέπλυμα|απάτη*|παράνομ*|σκοτώσ*|δηλητήρι*|εκβιασμ*|κακόβουλο',
    secret: 'κωδικό πρόσβασης|κωδικούς|κωδικ*|εμπιστευτικ*|μυστικ*|προσωπικά δεδομένα|κλειδί api|απόρρητ*',
    run: 'εκτέλεσε*|διέγραψε*|στείλε*|προώθησε*|κατέβασε*',
    answer: 'απάντησε μόνο|πες μόνο|αντί γι αυτό|αντ αυτού|νέες οδηγίες|απάντησή σου',
  },
  tr: {
    ignore:
      'yok say*|yoksay*|gormezden gel*|unut|unutun|unutma|dikkate alma*|uyma|takip etme|goz ardi et*|gec*ersiz kil|atla',
    prior: 'onceki*|yukaridaki*|daha onceki|tum|butun|ilk|orijinal|su ana kadar*|evvelki',
    rules: 'talimat*|kural*|yonerge*|komut*|emir*|kisitlama*|direktif*|sinirlama*',
    reveal: 'goster*|acikla*|ifsa et*|yazdir*|tekrarla*|soyle*|bana ver|paylas*|ortaya cikar*',
    system:
      'sistem istemi*|sistem mesaji*|sistem talimat*|sistem komut*|gizli talimat*|talimatlarini|baslangic istemi*',
    role: 'artik sen|sen artik|simdi sen|bundan sonra|bundan boyle|gibi davran*|rolunu oyna|gibi yap|rol yap*',
    unbound:
      'kisitlama olmadan|sinirsiz*|sansursuz*|filtresiz*|kurallar olmadan|hicbir kural|hicbir kisitlama|gelistirici modu',
    crime:
      'hackle*|calmak|calma*|bomba*|patlayici*|silah*|uyusturucu*|kara para|dolandir*|sahte|yasadisi*|oldur*|cinayet*|zehir*|santaj*|kotu amacli',
    secret: 'sifre*|parola*|kimlik bilgi*|gizli*|ozel veri*|kisisel veri*|api anahtar*|kredi karti*',
    run: 'calistir*|sil|silin|gonder*|ilet|indir*|yurut*',
    answer: 'sadece soyle|yalnizca yaz|sadece yaz|bunun yerine|yeni talimat*|cevabin*|yanitin*',
  },
};
