/** What Envoy itself does under load: bounded connections, bounded memory, and nothing hidden in defaults. */
import type { Tree } from '../yaml.ts';
import { typeOf } from './types.ts';

/** Bytes. The memory limit of Envoy's container must be above it. */
export const MAX_HEAP_BYTES = 1024 * 1024 * 1024;
const MAX_CONNECTIONS = 50_000;

export function overloadManager(): Tree {
  const heap = 'envoy.resource_monitors.fixed_heap';
  const above = (value: number): Tree[] => [{ name: heap, threshold: { value } }];
  return {
    refresh_interval: '0.25s',
    resource_monitors: [
      { name: heap, typed_config: { ...typeOf('fixedHeap'), max_heap_size_bytes: MAX_HEAP_BYTES } },
      {
        name: 'envoy.resource_monitors.global_downstream_max_connections',
        typed_config: { ...typeOf('connectionLimit'), max_active_downstream_connections: MAX_CONNECTIONS },
      },
    ],
    actions: [
      { name: 'envoy.overload_actions.shrink_heap', triggers: above(0.9) },
      { name: 'envoy.overload_actions.stop_accepting_requests', triggers: above(0.95) },
    ],
  };
}
