import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** What a proxy does when it is asked for a way: leads to a port of this machine, answers with a status, or says nothing. */
export type TunnelAnswer = { readonly to: number } | { readonly status: number } | 'nothing';

/** A company's proxy on this machine: whatever name it is asked for, it leads where it is told to. */
export class TunnelProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Where it was asked to lead, and by whom. */
  readonly asked: { readonly place: string; readonly authorization: string | undefined }[] = [];
  /** How many of those who asked are still there. */
  open = 0;

  constructor(answer: TunnelAnswer) {
    this.#server = createServer((_, response) => void response.writeHead(400).end());
    this.#server.on('connection', (socket) => this.#sockets.add(socket));
    this.#server.on('connect', ({ url = '', headers }, socket) => {
      this.asked.push({ place: url, authorization: headers['proxy-authorization'] });
      this.open += 1;
      socket.on('error', () => undefined).on('close', () => (this.open -= 1));
      socket.on('end', () => socket.destroy());
      if (answer === 'nothing') return void socket.resume();
      if ('status' in answer) return void socket.end(`HTTP/1.1 ${answer.status} No\r\n\r\n`);
      const onward = connect(answer.to, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      onward.on('error', () => socket.destroy());
      socket.on('close', () => onward.destroy());
    });
  }

  /** @param login of the proxy, as its address has it. */
  async listen(login = ''): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://${login}127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
