/** What the mesh itself must know: the provider that CUSTOM policies ask, and one reading of paths. */
import { NAMESPACE, PORTS } from '../kubernetes/names.ts';
import { explain, type Tree } from '../yaml.ts';
import { PROVIDER, SERVICE_HOST } from './names.ts';

/** For `istioctl install -f` under `spec`, or the values of the istiod chart. */
export function meshValues(): Tree {
  return {
    meshConfig: {
      pathNormalization: { normalization: 'DECODE_AND_MERGE_SLASHES' },
      extensionProviders: [
        {
          name: PROVIDER,
          envoyExtAuthzGrpc: explain(
            {
              service: `${NAMESPACE}/${SERVICE_HOST}`,
              port: PORTS.doors,
              timeout: '0.5s',
              failOpen: false,
              statusOnError: '503',
            },
            { failOpen: 'a service out of reach refuses; no body is sent to the first door' },
          ),
        },
      ],
    },
  };
}
