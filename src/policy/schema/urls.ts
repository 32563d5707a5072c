/** Addresses that this service itself asks. */
import { isLocal } from '../local.ts';
import { text } from './forms.ts';

const URL_ERROR = 'expected an https URL; http only for this machine itself';
/** Where keys and answers come from must be who it says it is. */
export const trustedUrl = () =>
  text('an https URL', /^https?:\/\/[^\s?#"\\]{1,512}$/).refine(
    (url) => URL.canParse(url) && (url.startsWith('https:') || isLocal(url)),
    { error: URL_ERROR },
  );
