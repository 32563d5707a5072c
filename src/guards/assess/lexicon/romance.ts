/** French and its kin. */
import type { Words } from './concepts.ts';

export const ROMANCE: Readonly<Record<string, Words>> = {
  fr: {
    ignore:
      'ignore*|ignorez|oublie*|oubliez|neglige*|contourn*|ne tiens pas compte|ne tenez pas compte|ne suis pas|ne suivez pas|fais abstraction|faites abstraction|outrepass*|mets de cote|desobei*|passe outre',
    prior:
      "precedent*|anterieur*|ci-dessus|plus haut|initial*|tout ce qui|toutes les|tous les|d'avant|auparavant|jusqu'ici|origine",
    rules:
      'instruction*|consigne*|regle*|directive*|ordre|ordres|commande*|restriction*|contrainte*|politique*|filtre*|invite|tache*',
    reveal:
      'revele*|montre*|affiche*|donne-moi|donnez-moi|divulgu*|repete*|dis-moi|dites-moi|communique*|devoile*|imprime*',
    system:
      'prompt systeme|invite systeme|message systeme|instructions systeme|tes instructions|vos instructions|prompt initial|instructions cachees|instructions secretes|ton prompt|votre prompt',
    role: 'tu es maintenant|vous etes maintenant|tu es desormais|a partir de maintenant|desormais|fais semblant|faites semblant|agis comme|agissez comme|joue le role|jouez le role|fais comme si|imagine que tu',
    unbound:
      'sans restriction*|sans aucune restriction*|sans limite*|sans filtre*|sans censure|non censure*|aucune regle|aucune limite|mode developpeur',
    crime:
      'pirat*|logiciel malveillant|voler|vole les|bombe*|explosif*|arme*|drogue*|blanchi*|fraude*|contrefa*|illegal*|assassin*|tuer|empoisonn*|chantage|hameconnage|virus',
    secret:
      'mot de passe|mots de passe|identifiants|confidentiel*|secret*|donnees privees|donnees personnelles|cle api|cles api|carte de credit|donnees internes',
    run: "execute*|executez|supprime*|envoie*|envoyez|transfere*|telecharge*|appelle l'outil|vire",
    answer:
      'reponds uniquement|repondez uniquement|reponds seulement|dis seulement|dis simplement|a la place|nouvelle instruction|nouvelles instructions|ta reponse|votre reponse|reponds par|repondez par',
  },
  es: {
    ignore:
      'ignora*|ignore|ignoren|olvida*|olvide|omite|omita|descarta*|desestima*|no hagas caso|haz caso omiso|no sigas|no siga|salta*|elude|evade|anula*|pasa por alto|desobedece*|deja de seguir',
    prior:
      'anterior*|previa*|previo*|precedente*|de arriba|inicial*|todo lo|todas las|todos los|hasta ahora|original*|antes',
    rules:
      'instruccion*|regla*|norma*|directriz*|directrices|orden|ordenes|indicacion*|comando*|restriccion*|politica*|filtro*|limitacion*|tarea*',
    reveal:
      'revela*|revele|muestra*|muestre|ensena*|dime|digame|dame|imprime*|repite*|divulga*|comparte*|expon*',
    system:
      'prompt del sistema|mensaje del sistema|instrucciones del sistema|tus instrucciones|sus instrucciones|prompt inicial|instrucciones ocultas|instrucciones secretas|indicaciones del sistema|tu prompt|su prompt',
    role: 'ahora eres|eres ahora|a partir de ahora|desde ahora|actua como|actue como|finge*|haz como si|imagina que eres|juega el papel|interpreta el papel|simula*',
    unbound:
      'sin restricciones|sin ninguna restriccion|sin limites|sin filtros|sin censura|sin reglas|modo desarrollador|ningun limite',
    crime:
      'hackea*|pirate*|robar|roba|bomba*|explosivo*|arma|armas|droga*|lavado de dinero|lavar dinero|blanque*|fraude*|falsific*|ilegal*|matar|asesin*|veneno*|chantaje*|malware|virus|estafa*',
    secret:
      'contrasena*|credencial*|confidencial*|secreto*|secreta*|datos privados|datos personales|clave api|claves api|tarjeta de credito|datos internos|clave secreta',
    run: 'ejecuta*|elimina*|borra*|envia*|reenvia*|transfiere*|descarga*|llama a la',
    answer:
      'responde solo|responde solamente|responde unicamente|solo di|di solo|en su lugar|en vez de eso|nueva instruccion|nuevas instrucciones|tu respuesta|su respuesta|responde con',
  },
  pt: {
    ignore:
      'ignor*|esquec*|desconsider*|despreze|nao siga|nao sigas|burle|burlar|contorn*|anule|desobede*|deixe de lado',
    prior:
      'anterior*|previa*|acima|precedente*|inicia*|tudo o que|todas as|todos os|ate agora|origina*|antes',
    rules:
      'instruco*|instrucao|regra*|norma*|diretriz*|orden*|ordem|comando*|restrico*|restricao|politica*|filtro*|tarefa*|orientaco*',
    reveal: 'revel*|mostr*|diga-me|me diga|me mostre|imprima|repita|divulgu*|exib*|compartilh*|conte-me',
    system:
      'prompt do sistema|mensagem do sistema|instrucoes do sistema|suas instrucoes|prompt inicial|instrucoes ocultas|instrucoes secretas|seu prompt',
    role: 'agora voce e|voce agora e|a partir de agora|de agora em diante|aja como|atue como|finja*|faca de conta|imagine que voce|interprete o papel',
    unbound: 'sem restrico*|sem limite*|sem filtro*|sem censura|sem regras|modo desenvolvedor|irrestrito',
    crime:
      'hackear|roub*|bomba*|explosivo*|arma|armas|droga*|lavagem de dinheiro|fraude*|falsific*|ilega*|matar|assassin*|veneno*|chantage*|malware|golpe*',
    secret:
      'senha*|credencia*|confidencia*|segredo*|secreta*|dados privados|dados pessoais|chave de api|chaves de api|cartao de credito|dados internos',
    run: 'execut*|apag*|exclu*|envie*|encaminh*|transfir*|baix*',
    answer:
      'responda apenas|responda somente|diga apenas|em vez disso|nova instrucao|novas instrucoes|sua resposta|responda com',
  },
  it: {
    ignore:
      'ignora*|dimentica*|trascura*|non seguire|non considerare|non tenere conto|scavalca*|aggira*|disobbedisci|tralascia*|lascia perdere',
    prior: 'precedent*|sopra|inizial*|tutto quello|tutte le|tutti i|finora|original*|prima|di cui sopra',
    rules:
      'istruzion*|regol*|direttiv*|ordin*|comand*|restrizion*|politic*|filtr*|indicazion*|linee guida|compit*',
    reveal: 'rivela*|mostra*|mostrami|dimmi|dammi|stampa*|ripeti*|divulga*|svela*|condividi*',
    system:
      'prompt di sistema|messaggio di sistema|istruzioni di sistema|tue istruzioni|sue istruzioni|prompt iniziale|istruzioni nascoste|istruzioni segrete|tuo prompt',
    role: "ora sei|adesso sei|d'ora in poi|da ora in poi|agisci come|comportati come|fingi|fai finta|immagina di essere|interpreta il ruolo",
    unbound:
      'senza restrizioni|senza alcuna restrizione|senza limiti|senza filtri|senza censura|senza regole|modalita sviluppatore',
    crime:
      'hackerare|rubare|ruba|bomb*|esplosiv*|arma|armi|drog*|riciclaggio|frode|frodi|falsific*|illegal*|uccid*|assassin*|velen*|ricatt*|malware|truff*',
    secret:
      "parola d'ordine|credenzial*|riservat*|confidenzial*|segret*|dati privati|dati personali|chiave api|chiavi api|carta di credito|dati interni",
    run: 'esegui*|elimina*|cancella*|invia*|inoltra*|trasferisci*|scarica*',
    answer:
      "rispondi solo|rispondi soltanto|di' solo|invece|nuova istruzione|nuove istruzioni|tua risposta|rispondi con",
  },
  ro: {
    ignore:
      'ignora*|ignorati|uita*|uitati|nu tine cont|nu urma|nu respecta|ocoleste*|treci peste|anuleaza*|neglijeaza*',
    prior: 'anterior*|precedent*|de mai sus|initial*|toate|tot ce|origina*|de dinainte',
    rules: 'instructiun*|reguli*|regulile|directiv*|ordin*|comenzi*|restricti*|politic*|indicati*|limitar*',
    reveal: 'dezvalui*|arata*|afiseaza*|spune-mi|da-mi|repeta*|divulga*|tipareste',
    system:
      'promptul de sistem|mesajul de sistem|instructiunile de sistem|instructiunile tale|instructiunile ascunse|promptul initial|prompt de sistem',
    role: 'acum esti|esti acum|de acum inainte|de acum incolo|prefa-te|pretinde*|comporta-te ca|joaca rolul|imagineaza-ti ca esti',
    unbound: 'fara restrictii|fara limite|fara filtre|fara cenzura|necenzurat*|fara reguli|modul dezvoltator',
    crime:
      'sparg*|fura|fur|bomb*|exploziv*|arme|arma|drog*|spalare de bani|frauda*|falsific*|ilegal*|ucid*|omor*|otrav*|santaj*',
    secret:
      'parol*|credential*|confidential*|secret*|date private|date personale|cheia api|chei api|card de credit',
    run: 'executa*|ruleaza*|sterge*|trimite*|redirectioneaza*|descarca*',
    answer: 'raspunde doar|raspunde numai|spune doar|in schimb|instructiuni noi|raspunsul tau|raspunde cu',
  },
};
