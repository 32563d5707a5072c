/** gRPC health checking (`grpc.health.v1`): one answer for the whole server, by which Envoy stops sending in time. */
import {
  type Server,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { service } from './protos.ts';

/** `HealthCheckResponse.ServingStatus`. */
const SERVING = 1;
const NOT_SERVING = 2;
const SERVICE_UNKNOWN = 3;

/** Far more than there are proxies and probes; a watch costs little, but lasts. */
const MAX_WATCHES = 1000;

interface Request {
  readonly service: string;
}

interface Response {
  readonly status: number;
}

type Watch = ServerWritableStream<Request, Response>;

export class Health {
  readonly #names: ReadonlySet<string>;
  readonly #watches = new Set<Watch>();
  #serving = false;
  #retired = false;

  /** @param names services that may be asked for, besides the empty name that stands for all */
  constructor(names: readonly string[]) {
    this.#names = new Set(['', ...names]);
  }

  addTo(server: Server): void {
    server.addService(service('grpc.health.v1.Health'), {
      Check: (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>) =>
        this.#check(call, answer),
      Watch: (call: Watch) => this.#watch(call),
    });
  }

  /** Tells everybody who asks, and those who watch at once. */
  set(serving: boolean): void {
    if (this.#retired || serving === this.#serving) return;
    this.#serving = serving;
    for (const watch of this.#watches) if (this.#names.has(watch.request.service)) watch.write(this.#state());
  }

  /** Says no from now on, whatever is set later. */
  retire(): void {
    this.set(false);
    this.#retired = true;
  }

  /** Watches would keep their connections for ever. */
  endWatches(): void {
    for (const watch of this.#watches) watch.emit('error', { code: status.UNAVAILABLE, details: 'stopping' });
    this.#watches.clear();
  }

  #state(): Response {
    return { status: this.#serving ? SERVING : NOT_SERVING };
  }

  #check({ request }: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>): void {
    if (this.#names.has(request.service)) answer(null, this.#state());
    else answer({ code: status.NOT_FOUND, details: 'unknown service' });
  }

  #watch(watch: Watch): void {
    if (this.#watches.size >= MAX_WATCHES) {
      watch.emit('error', { code: status.RESOURCE_EXHAUSTED, details: 'too many watches' });
      return;
    }
    this.#watches.add(watch);
    watch.on('cancelled', () => this.#watches.delete(watch));
    watch.write(this.#names.has(watch.request.service) ? this.#state() : { status: SERVICE_UNKNOWN });
  }
}
