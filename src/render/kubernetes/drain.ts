/**
 * What runs in Envoy's container before it is told to stop. Envoy itself would cut every stream at once: it is asked
 * to take no more, and given the time that its streams need.
 */

export interface DrainScript {
  readonly adminPort: number;
  /** Seconds. Kubernetes takes the pod out of its Services while this runs, not before. */
  readonly least: number;
  /** Seconds. The longest that streams are waited for. */
  readonly longest: number;
}

/** Needs bash and the tools of every Linux image, no curl. */
export function drainScript({ adminPort, least, longest }: DrainScript): string {
  return `#!/bin/bash
# Lets requests finish before Envoy gets its SIGTERM, which would cut them.
set -u

ask() {
  exec 3<>/dev/tcp/127.0.0.1/${adminPort}
  printf '%s %s HTTP/1.1\\r\\nhost: envoy\\r\\ncontent-length: 0\\r\\nconnection: close\\r\\n\\r\\n' "$1" "$2" >&3
  cat <&3
  exec 3>&-
}

# Ask clients to close their connections; go on serving those that come meanwhile.
ask POST '/drain_listeners?graceful&skip_exit' >/dev/null

for ((second = 1; second <= ${longest}; second++)); do
  sleep 1
  running=$(ask GET '/stats?filter=^http\\.clients\\.downstream_rq_active$' | tr -d '\\r' | sed -n 's/.*active: //p')
  if ((second >= ${least})) && [ "\${running:-0}" = 0 ]; then exit 0; fi
done
`;
}
