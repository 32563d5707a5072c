/** English, the language of most attacks. */
import type { Words } from './concepts.ts';

export const ENGLISH: Words = {
  ignore:
    "ignor*|disregard*|forget|forgot|forgotten|forgetting|overrid*|overrule*|bypass*|circumvent*|neglect|discard|dismiss|do not follow|don't follow|stop following|no longer follow|do not obey|don't obey|disobey|pay no attention|do not listen|don't listen|stop listening|never mind|nevermind|violate|break out|do not care about|scratch that|set aside|erase|void|nullif*|supersede*|cancel all|cancel the|deactivate|disable|despite what you|no matter what you|contrary to",
  prior:
    "previous*|prior|above|earlier|preceding|before|foregoing|former|initial|original|all of your|all your|everything|past|existing|so far|up to now|told to you|you were told|you've been told|given to you|you were given|you have been told|you have been given|you learned|you know|what i said|any other",
  rules:
    'instruct*|rules|rule|guideline*|direction*|directive*|prompt|prompts|command*|orders|order|restriction*|policy|policies|filter*|guardrail*|constraint*|programming|regulation*|limitation*|safeguard*|safety|protocol*|training|ethic*|moral*|context|conversation|assignment*|assignement*|task|tasks|information|message|messages|text|request',
  reveal:
    'reveal*|disclos*|show me|print|repeat|output|tell me|display|leak*|spit out|recite|give me|share your|dump|echo|write out|spell out|list your|expose|summarize your|translate your|encode your|what are your|what is your|what were you|what was your|copy',
  system:
    'system prompt*|system message*|initial prompt*|hidden prompt*|secret prompt*|original prompt*|your prompt|your instructions|your system|system instruction*|initial instruction*|hidden instruction*|developer message*|developer prompt*|pre-prompt|preprompt|metaprompt|internal instruction*|prompt text|text above|words above|instructions above|content above|prompt above|previous prompt|previous instructions|full prompt|entire prompt|custom instructions|your guidelines|your rules|your configuration|your initial|your original|your programming|your secret',
  role: "you are now|you're now|from now on|act as|acting as|pretend*|roleplay*|role-play*|role play*|play the role|simulate|simulation|imagine you|you will be|you are going to|your new|stay in character|in character|hypothetical*|fictional|persona|you are a|you are an|let's play|new identity|you must always|immersed|as if you|respond as|answer as|speak as|character named|called",
  unbound:
    "without any restriction*|no restriction*|without restriction*|unrestricted|unfiltered|uncensored|no limits|no rules|no filter*|no ethic*|no moral*|without ethic*|without moral*|without any ethic*|amoral|immoral|unethical|no boundaries|without limit*|without any limit*|without any filter*|without filter*|without censor*|no censor*|free from|freed from|broken free|do anything now|dan|jailbreak*|jailbroken|developer mode|dev mode|god mode|debug mode|admin mode|sudo|unlocked|unlimited|not bound|no longer bound|unbound|no guidelines|does not have any|do not have any|can do anything|say anything|never refuse*|cannot refuse|can't refuse|must not refuse|not refuse|never say|never decline|do not apologize|no disclaimer*|without disclaimer*|no warning*|without warning*|no matter how|regardless of|any content|offensive|inappropriate|evil|opposite mode|content policy|openai polic*|no longer need|don't have to follow|abide",
  crime:
    'hack|hacking|malware|ransomware|keylogger*|virus|phishing|steal*|bomb*|explosive*|weapon*|drugs|meth|methamphetamine|launder*|fraud*|counterfeit*|illegal*|illicit*|kill*|murder*|poison*|blackmail*|scam*|identity theft|racist*|hate speech|suicide|sabotage|exploit*|exfiltrat*|undetected|without being detected|without getting caught|fake news|crack the|ddos|crime*|criminal*|terroris*',
  secret:
    'password*|passphrase|credential*|api key*|api-key*|secret key*|secret*|access token*|private key*|confidential*|classified|sensitive|personal data|private data|private information|user data|customer data|internal data|credit card*|bank account*|ssn|social security|environment variable*|.env|database|hidden',
  run: 'execute|run this|run the|delete all|delete the|drop table|rm -rf|send an email|send email|send it to|forward all|forward the|forward this|transfer|upload|download|post it to|call the|invoke|use the tool|curl|wget|os.system|subprocess*|eval|powershell|add the following|incorporate|integrate|insert the following|include the following|embed|visit|click|navigate to|wire',
  model:
    'chatgpt|gpt|gpt-4|gpt-3|openai|ai model|language model|llm|assistant|ai assistant|chatbot|claude|gemini|artificial intelligence|as an ai|the ai|an ai',
  answer:
    'your response|your answer|your reply|your output|your solution|your summary|the response|respond with|reply with|answer with|say that|say exactly|just say|only say|respond only|reply only|only respond|only reply|print exactly|end your|start your|begin your|always respond|always answer|in your response|in your answer|to your response|instead|the user|to the user|new instruction*|new task|important instruction*|additional instruction*|translate this sentence as|just print|haha|note to the|attention ai|important message|do the following|following instruction*|before answering|before you answer|when answering|after answering|first answer',
};
