/** German and its kin. */
import type { Words } from './concepts.ts';

export const GERMANIC: Readonly<Record<string, Words>> = {
  de: {
    ignore:
      'ignorier*|vergiss|vergesse*|vergessen sie|missacht*|umgeh*|uberschreib*|ubergeh*|nicht beachten|beachte nicht|beachten sie nicht|befolge nicht|setze dich uber|lass alle|hore auf',
    prior:
      'vorherig*|bisherig*|obig*|vorangegangen*|vorangehend*|alles zuvor|alles gesagte|alles davor|alles was|fruher*|ursprunglich*|zuvor|oben|bisher|alle',
    rules:
      'anweisung*|anleitung*|regeln|regel|vorgaben|vorgabe|richtlinie*|befehl*|instruktion*|auftrag*|aufgabe*|einschrankung*|beschrankung*|vorschrift*|filter|informationen',
    reveal:
      'verrat*|zeig mir|zeige|zeigen sie|gib mir|gib den|wiederhol*|offenbar*|nenne|nennen sie|drucke|ausgeben|sag mir|sage mir|schreibe mir',
    system:
      'systemprompt*|system-prompt*|systemanweisung*|systemnachricht*|deine anweisungen|ihre anweisungen|geheime anweisung*|versteckte anweisung*|dein prompt|deinen prompt|ursprungliche anweisung*|prompttext*|prompt-text*',
    role: 'du bist jetzt|du bist nun|sie sind jetzt|sie sind nun|ab jetzt|ab sofort|von nun an|tu so als|tun sie so|spiele die rolle|fungier*|stell dir vor du|verhalte dich|rollenspiel*',
    unbound:
      'ohne einschrankung*|ohne beschrankung*|ohne regeln|ohne filter|uneingeschrankt*|unzensiert*|keine regeln|keine grenzen|ungefiltert*|entwicklermodus',
    crime:
      'hacken|schadsoftware|stehlen|bombe*|sprengstoff*|waffe*|drogen|geldwasche*|betrug*|falschgeld|illegal*|ermord*|umbringen|toten|vergift*|erpress*|gefalscht*|virus',
    secret:
      'passwort*|kennwort*|zugangsdaten|geheim*|vertraulich*|private daten|personliche daten|api-schlussel*|kundendaten|kreditkarte*|interne daten|passworter',
    run: 'fuhre aus|fuhre den|losche*|sende eine|sende alle|schicke*|leite weiter|uberweise*|lade herunter|rufe auf|ausfuhren',
    answer:
      'antworte nur|antworte mit|antworte immer|sage nur|sag nur|sag dass|stattdessen|neue anweisung*|neue aufgabe*|deine antwort|schreibe nur|gib nur',
  },
  nl: {
    ignore:
      'negeer*|vergeet*|negeren|vergeten|omzeil*|overschrijf*|volg niet|let niet op|sla over|trek je niets aan',
    prior: 'vorige*|eerdere*|bovenstaande*|voorgaande*|oorspronkelijke*|alle|alles wat|hierboven|tot nu toe',
    rules: 'instructies*|instructie|regels*|richtlijn*|opdracht*|aanwijzing*|bevel*|beperking*|voorschrift*',
    reveal: 'onthul*|toon*|laat me|geef me|vertel me|herhaal*|print|deel je',
    system:
      'systeemprompt*|systeembericht*|systeeminstructie*|je instructies|jouw instructies|uw instructies|verborgen instructies|geheime instructies',
    role: 'je bent nu|u bent nu|vanaf nu|doe alsof|gedraag je|speel de rol|stel je voor dat je',
    unbound:
      'zonder beperking*|zonder filter*|zonder regels|ongecensureerd*|geen beperking*|geen regels|ontwikkelaarsmodus',
    crime:
      'hacken|stelen|bom|bommen|explosiev*|wapen*|drugs|witwas*|fraude*|vals geld|illega*|vermoord*|doden|vergif*|chantage|oplicht*',
    secret:
      'wachtwoord*|inloggegevens|vertrouwelijk*|geheim*|privegegevens|persoonlijke gegevens|api-sleutel*|creditcard*',
    run: 'voer uit|uitvoeren|verwijder*|stuur*|verstuur*|doorsturen|download*',
    answer: 'antwoord alleen|zeg alleen|in plaats daarvan|nieuwe instructie*|je antwoord|antwoord met',
  },
  sv: {
    ignore: 'ignorera*|glom|bortse*|strunta i|forbise|folj inte|kringga|asidosatt*|hoppa over',
    prior: 'tidigare|foregaende|ovanstaende|ovan|ursprunglig*|allt som|alla',
    rules: 'instruktion*|regler*|riktlinj*|anvisning*|order|direktiv*|begransning*|kommando*',
    reveal: 'avsloja*|visa*|beratta*|ge mig|skriv ut|upprepa*|dela',
    system:
      'systemprompt*|systemmeddeland*|systeminstruktion*|dina instruktioner|dolda instruktioner|hemliga instruktioner',
    role: 'du ar nu|fran och med nu|fran nu|lats*|agera som|spela rollen|forestall dig att du',
    unbound:
      'utan begransning*|utan restriktion*|utan filter|ocensurera*|inga regler|inga begransningar|utvecklarlage*',
    crime:
      'hacka*|stjal*|bomb*|sprangamne*|vapen*|droger|narkotika|pengatvatt*|bedrageri*|olaglig*|doda|mord*|forgift*|utpress*',
    secret:
      'losenord*|inloggningsuppgifter|konfidentiel*|hemlig*|privata uppgifter|personuppgifter|api-nyck*|kreditkort*',
    run: 'kor|utfor*|radera*|skicka*|vidarebefordra*|ladda ner',
    answer:
      'svara bara|svara endast|sag bara|i stallet|istallet|nya instruktion*|ny instruktion|ditt svar|svara med',
  },
  da: {
    ignore: 'ignorer*|glem|se bort fra|tilsidesaet*|folg ikke|omga*|tilsidesat*',
    prior: 'tidligere|forrige|foregaende|ovenstaende|oprindelige*|alle|alt hvad|ovenfor',
    rules: 'instruks*|instruktion*|regler*|retningslinj*|anvisning*|ordrer|begraensning*|kommando*',
    reveal: 'afslor*|vis mig|vis|fortael*|giv mig|udskriv*|gentag*',
    system: 'systemprompt*|systembesked*|systeminstruktion*|dine instruktioner|skjulte instruktioner',
    role: 'du er nu|fra nu af|lad som om|opfor dig som|spil rollen',
    unbound: 'uden begraensning*|uden filter*|ucensureret|ingen regler|ingen begraensninger',
    crime: 'stjael*|bombe*|spraengstof*|vaben*|hvidvask*|svindel|ulovlig*|draeb*|forgift*|afpres*',
    secret: 'adgangskode*|kodeord*|fortrolig*|hemmelig*|personlige data|api-nogle*',
    run: 'udfor*|slet*|send*|videresend*',
    answer: 'svar kun|sig kun|i stedet|nye instruktion*|dit svar|svar med',
  },
  no: {
    ignore: 'ignorer*|glem|se bort fra|overse|folg ikke|overstyr*',
    prior: 'tidligere|forrige|foregaende|ovenfor|opprinnelige|alle|alt som',
    rules: 'instruksjon*|instruks*|regler*|retningslinj*|ordrer|begrensning*|kommando*',
    reveal: 'avslor*|vis meg|fortell*|gi meg|skriv ut|gjenta*',
    system: 'systemprompt*|systemmelding*|systeminstruksjon*|dine instruksjoner|skjulte instruksjoner',
    role: 'du er na|fra na av|lat som|oppfor deg som|spill rollen',
    unbound: 'uten begrensning*|uten filter*|usensurert|ingen regler',
    crime: 'stjel*|bombe*|sprengstoff*|vapen*|hvitvask*|ulovlig*|drep*|forgift*',
    secret: 'passord*|konfidensiel*|fortrolig*|hemmelig*|api-nokkel*|personopplysning*',
    run: 'utfor*|slett*|send*|videresend*',
    answer: 'svar bare|si bare|i stedet|nye instruksjon*|svaret ditt|svar med',
  },
};
