/** Networks, as grants and keys name them. */
import { isNetwork } from '../../core/network.ts';
import { oneOrMore, text } from './forms.ts';

const networkSchema = text('a network such as 10.0.0.0/8, or an address', /^[0-9A-Fa-f.:/]{2,49}$/).refine(
  isNetwork,
  {
    error: 'expected a network such as 10.0.0.0/8, or an address',
  },
);

export const networksSchema = oneOrMore('a network', 'networks', networkSchema);
