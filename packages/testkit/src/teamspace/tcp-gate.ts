import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A port of this machine, or the path of a socket. */
type Target = number | string;

/**
 * One address before several, as a proxy would be: each connection goes to the next of them that takes it. It can be
 * shut, which ends all connections and refuses new ones, as the end of a server does, and hushed, which ends nothing and
 * lets nothing through, as a machine that vanishes does.
 */
export class TcpGate {
  /** What connections are passed on to. */
  targets: readonly Target[];
  /** How many connections each of them was given. */
  readonly given = new Map<Target, number>();
  /** How many answers are still to be lost: the other end has done its work, and the connection ends. */
  losing = 0;
  #isHushed = false;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #port = 0;
  #turn = 0;

  constructor(targets: readonly Target[] = []) {
    this.targets = targets;
    this.#server = createServer((socket) => this.#pass(this.#own(socket), this.targets.length));
  }

  get port(): number {
    return this.#port;
  }

  /** Takes connections, on the same port as before. */
  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async shut(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  /** Nothing comes through any more, in connections that are open as in new ones, which stay as they are. */
  hush(): void {
    this.#isHushed = true;
    for (const socket of this.#open) socket.unpipe().pause();
  }

  /** New connections come through again. */
  speak(): void {
    this.#isHushed = false;
  }

  /** @param left how many of the targets have not been tried yet. */
  #pass(socket: Socket, left: number): void {
    const target = this.targets[this.#turn++ % this.targets.length];
    if (this.#isHushed) return void socket.pause();
    if (left === 0 || target === undefined) return void socket.destroy();
    const other = this.#own(typeof target === 'string' ? connect(target) : connect(target, '127.0.0.1'));
    const tryNext = (): void => this.#pass(socket, left - 1);
    other.once('error', tryNext);
    other.once('connect', () => {
      other.off('error', tryNext);
      this.given.set(target, (this.given.get(target) ?? 0) + 1);
      other.once('data', () => {
        if (this.losing > 0) socket.destroy();
        this.losing = Math.max(0, this.losing - 1);
      });
      socket.pipe(other).pipe(socket);
      socket.once('close', () => other.destroy());
      other.once('close', () => socket.destroy());
    });
  }

  #own(socket: Socket): Socket {
    this.#open.add(socket);
    // Whoever was cut off is told by the end of the connection.
    socket.on('error', () => undefined).once('close', () => this.#open.delete(socket));
    return socket;
  }
}
