/** A server under measurement, as a child process: `empty` or `sallyport`. Tells its CPU when asked. */
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { codec, rawService } from '../src/envoy/protos.ts';

/** Decodes each message and answers it with nothing, through ordinary grpc-js handlers. */
async function startEmpty(): Promise<number> {
  const CheckRequest = codec<object, never>('envoy.service.auth.v3.CheckRequest');
  const CheckResponse = codec<never, object>('envoy.service.auth.v3.CheckResponse');
  const Request = codec<Record<string, object | null>, never>('envoy.service.ext_proc.v3.ProcessingRequest');
  const Response = codec<never, object>('envoy.service.ext_proc.v3.ProcessingResponse');
  const server = new Server();
  server.addService(rawService('envoy.service.auth.v3.Authorization'), {
    Check(call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) {
      CheckRequest.decode(call.request);
      done(null, CheckResponse.encode({ status: { code: 0 }, okResponse: {} }));
    },
  });
  const parts = ['requestHeaders', 'requestBody', 'responseHeaders', 'responseBody'];
  server.addService(rawService('envoy.service.ext_proc.v3.ExternalProcessor'), {
    Process(call: ServerDuplexStream<Buffer, Buffer>) {
      call.on('data', (bytes: Buffer) => {
        const message = Request.decode(bytes);
        const part = parts.find((name) => message[name] != null) ?? '';
        call.write(Response.encode({ [part]: { response: {} } }));
      });
      call.on('end', () => call.end());
      call.on('error', () => {});
    },
  });
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

async function startSallyport(): Promise<number> {
  const { startForBench } = await import('./sallyport.ts');
  return startForBench();
}

const port = process.argv[2] === 'empty' ? await startEmpty() : await startSallyport();
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ port });
