/** Hindi in both scripts, Bengali and Tamil. */
import type { Words } from './concepts.ts';

export const INDIA: Readonly<Record<string, Words>> = {
  hi: {
    ignore:
      'अनदेखा*|नज़रअंदाज़*|नजरअंदाज*|अनदेखी*|उपेक्षा*|भूल जाओ|भूल जाएं|भूल जाएँ|भूल जाइए|भूलकर|ध्यान न दें|ध्यान मत दो|पालन न करें|पालन मत करो|दरकिनार*|बायपास*|तोड़*|हटा दो|निष्क्रिय*|अक्षम',
    prior: 'पिछले*|पिछली*|पिछला|पूर्व|उपरोक्त|ऊपर|पहले|सभी|सारे|सब|मूल|प्रारंभिक|दिए गए',
    rules:
      'निर्देश*|नियम*|आदेश*|दिशानिर्देश*|दिशा-निर्देश*|प्रतिबंध*|निर्देशों|सीमा*|फ़िल्टर*|फिल्टर*|नीति*|सुरक्षा*|प्रॉम्प्ट*|बातचीत|जानकारी',
    reveal:
      'प्रकट*|दिखाओ|दिखाएं|दिखाएँ|दिखाइए|बताओ|बताएं|बताएँ|उजागर*|प्रिंट*|दोहराओ|दोहराएं|साझा*|प्रदर्शित*|खुलासा*|लीक*|प्रदान कर*|पहुंच|पहुँच|एक्सेस',
    system:
      'सिस्टम प्रॉम्प्ट*|सिस्टम संदेश|सिस्टम निर्देश*|आपके निर्देश|अपने निर्देश*|छिपे निर्देश*|गुप्त निर्देश*|सिस्टम*|आंतरिक*|छिपे*|छुपे*|हिडन|डेवलपर',
    role: 'अब आप|अब तुम|अब से|आज से|अभिनय*|नाटक*|दिखावा*|मान लो कि|कल्पना करो कि तुम|भूमिका*|की तरह व्यवहार|बन जाओ',
    unbound:
      'बिना किसी प्रतिबंध|बिना प्रतिबंध|बिना किसी रोक|असीमित|बिना सेंसर*|बिना फ़िल्टर|बिना नियम*|कोई प्रतिबंध नहीं|डेवलपर मोड|बिना किसी सीमा',
    crime:
      'हैक*|चोरी*|चुरा*|बम|विस्फोटक*|हथियार*|ड्रग*|नशी*|मनी लॉन्ड्रिंग|धोखाधड़ी*|धोखा*|नकली|जाली|अवैध*|गैरकानूनी*|हत्या*|मार डाल*|ज़हर*|जहर*|ब्लैकमेल*|मैलवेयर*|वायरस*|फ़िशिंग|फिशिंग|फर्जी|फ़र्ज़ी|शोषण*|हमला*|हमले*|अपराध*|आतंक*|आत्महत्या*|नफरत*|हिंसा*|स्पैम*|नष्ट*|जासूसी*|तस्करी*',
    secret:
      'पासवर्ड*|गोपनीय*|गुप्त*|क्रेडेंशियल*|निजी*|व्यक्तिगत*|संवेदनशील*|एपीआई*|क्रेडिट कार्ड|टोकन*|उपयोगकर्ता डेटा|डेटाबेस*',
    run: 'चलाओ|चलाएं|निष्पादित*|हटाओ|डिलीट*|भेजो|भेजें|अग्रेषित*|डाउनलोड*|ट्रांसफर*|कमांड*|कोड',
    answer: 'केवल उत्तर|सिर्फ कहो|केवल कहें|बस कहो|इसके बजाय|नए निर्देश*|आपका उत्तर|जवाब में',
  },
  'hi-Latn': {
    ignore:
      'nazarandaaz*|nazarandaz*|andekha*|anadekha*|bhool jao|bhul jao|bhool jaao|bhool jaen|bhool kar|bhul kar|dhyan mat do|dhyaan na d*|dhyan na d*|ignore karo|ignore kar do|ignore karke|ignore kare*|bypass karo|bypass kar*|upeksha*|override kar*|disable kar*|hata do|palan mat kar*|chhod do|tod do|todne',
    prior:
      'pichhle*|pichhli*|pichle*|pichli*|pehle*|pahle*|uparyukt*|upar*|sabhi|saare|sari|saari|sab|previous wale|diye gaye',
    rules:
      'nirdesh*|niyam*|aadesh*|adesh*|pratibandh*|disha-nirdesh*|instructions ko|rules ko|hidayat*|suraksha*|filters ko',
    reveal:
      'batao|bataen|bataye*|bata do|dikhao|dikhaen|dikhaye*|dikha do|reveal kar*|prakat*|ujagar*|saajha*|saanjha*|sanjha*|share kar*|print kar*|expose kar*|leak kar*|pahunch*|access do|access de*|nikalo|nikal do',
    system:
      'system prompt*|system ke|system ka|system ki|system ko|apne nirdesh*|chhupe*|chupe*|hidden|internal|gupt nirdesh*|developer',
    role: 'ab tum|ab aap|ab se|aaj se|natak kar*|ki tarah vyavhar|ban jao|bhumika*|bhoomika*|maan lo ki|role nibhao|dikhava*',
    unbound:
      'bina kisi pratibandh*|bina rok*|bina kisi rok*|bina filter*|bina restriction*|bina niyam*|koi niyam nahi|bina kisi seema|asimit|developer mode|bina kisi',
    crime:
      'hack*|chori*|chura*|visphotak*|bam|hathiyar*|hathiyaar*|drug*|nashil*|dhokhadhadi*|dhokha*|nakli|jaali|avaidh*|gairkanuni*|gair kanuni*|hatya*|maar dal*|zahar*|zeher*|blackmail|malware|virus|phishing|farzi|farji|shoshan*|hamla*|hamle*|apradh*|aatank*|atank*|aatmahatya*|nafrat*|hinsa*|spam|nasht*|jasusi*|taskari*|money laundering',
    secret:
      'password*|gopniy*|gopaniy*|gupt|credential*|niji|vyaktigat*|sanvedansheel*|sanvedanshil*|token*|user data|database*|confidential|secret*|api keys',
    run: 'chalao|chala do|run karo|run kar*|execute kar*|delete kar*|bhejo|bhej do|download kar*|transfer kar*|command*',
    answer: 'sirf bolo|sirf kaho|bas kaho|iske bajay|naye nirdesh*|jawab mein',
  },
  bn: {
    ignore: 'উপেক্ষা*|অগ্রাহ্য*|ভুলে যাও|ভুলে যান|মানবে না|অমান্য*|এড়িয়ে যাও|এড়িয়ে যান|বাইপাস*',
    prior: 'পূর্ববর্তী*|আগের*|উপরের*|সমস্ত|সব|সকল|মূল|প্রাথমিক',
    rules: 'নির্দেশ*|নিয়ম*|আদেশ*|নির্দেশিকা*|বিধিনিষেধ*|সীমাবদ্ধতা*',
    reveal: 'প্রকাশ*|দেখাও|দেখান|বলো|বলুন|প্রিন্ট*|পুনরাবৃত্তি*|জানাও',
    system: 'সিস্টেম প্রম্পট*|সিস্টেম বার্তা|সিস্টেম নির্দেশ*|তোমার নির্দেশ*|আপনার নির্দেশ*|গোপন নির্দেশ*',
    role: 'এখন তুমি|এখন আপনি|এখন থেকে|ভান কর*|অভিনয় কর*|ভূমিকা*',
    unbound: 'কোনো বিধিনিষেধ ছাড়া|সীমাবদ্ধতা ছাড়া|সেন্সর ছাড়া|নিয়ম ছাড়া|অবাধ',
    crime: 'হ্যাক*|চুরি*|বোমা*|বিস্ফোরক*|অস্ত্র*|মাদক*|অর্থ পাচার|জালিয়াতি*|প্রতারণা*|অবৈধ*|হত্যা*|বিষ|ব্ল্যাকমেইল*',
    secret: 'পাসওয়ার্ড*|গোপন*|গোপনীয়*|ব্যক্তিগত তথ্য|এপিআই কী',
    run: 'চালাও|চালান|মুছে ফেল*|পাঠাও|পাঠান|ডাউনলোড*',
    answer: 'শুধু বলো|শুধু উত্তর|পরিবর্তে|নতুন নির্দেশ*',
  },
  ta: {
    ignore: 'புறக்கணி*|மறந்துவிடு*|மற|பின்பற்றாதே|பின்பற்ற வேண்டாம்|தவிர்*',
    prior: 'முந்தைய*|மேலே*|முன்*|அனைத்து*|எல்லா*',
    rules: 'வழிமுறை*|அறிவுறுத்தல்*|விதி*|கட்டளை*|கட்டுப்பாடு*',
    reveal: 'வெளிப்படுத்*|காட்டு*|சொல்*|அச்சிடு*|திரும்பச் சொல்*',
    system: 'கணினி தூண்டுதல்|சிஸ்டம் ப்ராம்ட்|உங்கள் வழிமுறைகள்|மறைக்கப்பட்ட',
    role: 'இப்போது நீ*|இனிமேல்|இனி நீ*|போல் நடி*|பாவனை*',
    unbound: 'கட்டுப்பாடுகள் இல்லாமல்|வரம்பற்ற*|தணிக்கை இல்லாமல்',
    crime: 'ஹேக்*|திருட*|வெடிகுண்டு*|ஆயுத*|போதை*|மோசடி*|சட்டவிரோத*|கொல்*|விஷ*',
    secret: 'கடவுச்சொ*|ரகசிய*|தனிப்பட்ட தரவு',
    run: 'இயக்கு*|நீக்கு*|அனுப்பு*',
    answer: 'மட்டும் பதில்|மட்டும் சொல்|அதற்கு பதிலாக|புதிய வழிமுறை*',
  },
};
