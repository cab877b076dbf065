import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';

/** An HTTP proxy that makes tunnels (CONNECT), with or without a password. */
export class ConnectProxy {
  /** Where tunnels were made to, oldest first. */
  readonly tunnels: string[] = [];
  refused = 0;
  private readonly server = http.createServer((_request, response) => response.writeHead(405).end());
  private readonly sockets = new Set<net.Socket>();

  private constructor(private readonly credentials: string | undefined) {
    this.server.on('connection', (socket) => this.keep(socket));
    this.server.on('connect', (request, client: net.Socket, head) => {
      client.on('error', () => client.destroy());
      if (request.headers['proxy-authorization'] !== this.expected) {
        this.refused += 1;
        client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n');
        return;
      }
      const target = request.url ?? '';
      const [host = '', port] = target.split(':');
      const upstream = net.connect(Number(port), host, () => {
        this.tunnels.push(target);
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.write(head);
        upstream.pipe(client).pipe(upstream);
      });
      this.keep(upstream);
      upstream.on('error', () => client.destroy());
    });
  }

  /** @param credentials `user:password` */
  static async start(credentials?: string): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(credentials);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private get expected(): string | undefined {
    return this.credentials === undefined
      ? undefined
      : `Basic ${Buffer.from(this.credentials).toString('base64')}`;
  }

  private keep(socket: net.Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
  }
}
