/** Whether this replica should get requests, and why not: what probes, people and alerts read. */

export interface Readiness {
  /** A shutdown has begun; requests under way are finished, new ones should go elsewhere. */
  readonly draining: boolean;
  readonly policy: {
    /** In force; null while there is none, and then nothing is allowed. */
    readonly version: string | null;
    /** RFC 3339, UTC. */
    readonly loadedAt: string | null;
    /** Why a newer policy was refused, while the last good one stays in force. */
    readonly error: string | null;
  };
  /** Health of the parts, by name: `state`, `audit`. Told, and not judged: a replica with a full disk still decides. */
  readonly parts: Readonly<Record<string, { readonly ok: boolean }>>;
}

export function isReady(readiness: Readiness): boolean {
  return !readiness.draining && readiness.policy.version !== null;
}
