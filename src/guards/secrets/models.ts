/** Keys of those who serve models and what models use. */
import { ALPHANUMERIC, BASE64URL, characters } from '../characters.ts';
import type { Recognizer } from '../engine/recognizer.ts';
import { exactly, literal, run } from './pattern.ts';
import { form, token } from './token.ts';

const LOWER_DIGIT = characters('a-z0-9');
const LETTER = characters('A-Za-z');

export const MODEL_KEYS: readonly Recognizer[] = [
  /** Anthropic's begin like OpenAI's; what stands after the first hyphen tells them apart. */
  token('secret.openai', 'OPENAI_KEY', [
    form(['sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-None-'], [run(BASE64URL, 20, 200)]),
    form('sk-', [run(ALPHANUMERIC, 32, 100)]),
  ]),
  token('secret.anthropic', 'ANTHROPIC_KEY', [
    form('sk-ant-', [run(LOWER_DIGIT, 3, 12), literal('-'), run(BASE64URL, 32, 200)]),
  ]),
  token('secret.openrouter', 'OPENROUTER_KEY', ['sk-or-v1-[0-9a-fA-F]{64}']),
  token('secret.huggingface', 'HUGGINGFACE_TOKEN', [
    form(['hf_', 'api_org_'], [run(LETTER, 34, 34), { not: ALPHANUMERIC }]),
  ]),
  token('secret.groq', 'GROQ_KEY', ['gsk_[A-Za-z0-9]{52}']),
  token('secret.xai', 'XAI_KEY', ['xai-[A-Za-z0-9]{80}']),
  token('secret.perplexity', 'PERPLEXITY_KEY', ['pplx-[A-Za-z0-9]{48}']),
  token('secret.replicate', 'REPLICATE_TOKEN', ['r8_[A-Za-z0-9]{37}']),
  token('secret.fireworks', 'FIREWORKS_KEY', ['fw_[A-Za-z0-9]{22,40}']),
  token('secret.together', 'TOGETHER_KEY', ['tgp_v1_[\\w-]{43}']),
  token('secret.nvidia', 'NVIDIA_KEY', ['nvapi-[\\w-]{60,70}']),
  token('secret.cerebras', 'CEREBRAS_KEY', ['csk-[a-z0-9]{48}']),
  token('secret.elevenlabs', 'ELEVENLABS_KEY', ['sk_[a-f0-9]{48}']),
  token('secret.voyage', 'VOYAGE_KEY', ['pa-[\\w-]{43}']),
  token('secret.jina', 'JINA_KEY', ['jina_[\\w-]{50,80}']),
  token('secret.tavily', 'TAVILY_KEY', ['tvly-[A-Za-z0-9-]{28,48}']),
  token('secret.firecrawl', 'FIRECRAWL_KEY', ['fc-[a-f0-9]{32}']),
  token('secret.e2b', 'E2B_KEY', ['e2b_[a-f0-9]{40}']),
  token('secret.pinecone', 'PINECONE_KEY', ['pcsk_[\\w]{60,80}']),
  token('secret.langsmith', 'LANGSMITH_KEY', [
    'lsv2_pt_[a-f0-9]{32}_[a-f0-9]{10}',
    'lsv2_sk_[a-f0-9]{32}_[a-f0-9]{10}',
  ]),
  token('secret.langfuse', 'LANGFUSE_KEY', ['sk-lf-[a-f0-9-]{36}']),
  /** Our own keys: 256 random bits and a check in base 62. */
  token('secret.sallyport', 'SALLYPORT_KEY', [form('sp_', exactly(ALPHANUMERIC, 49))]),
];
