/** Names and ports that several resources must agree on. */

export const NAMESPACE = 'sallyport';
/** Ports inside the pods. */
export const PORTS = { clients: 8443, doors: 9000, health: 9001, envoyAdmin: 9901 } as const;
/** The image's user without privileges; the same for all containers, so that they can share a socket. */
export const USER_ID = 65_532;

export const SOCKET_FOLDER = '/run/sallyport';
export const POLICY_FOLDER = '/etc/sallyport/policy';
/** Working folder of the service; relative paths of the policy, such as the audit's, begin here. */
export const DATA_FOLDER = '/var/lib/sallyport';
/** Environment of the service: backend credentials by the names that the policy gives them, and its own secrets. */
export const SECRET_NAME = 'sallyport-secrets';
export const POLICY_CONFIG = 'sallyport-policy';

export function labels(app: string): { readonly 'app.kubernetes.io/name': string } {
  return { 'app.kubernetes.io/name': app };
}
