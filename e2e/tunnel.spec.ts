import { createServer, request } from 'node:http';
import { connect, createServer as createTunnel, type AddressInfo, type Server } from 'node:net';
import { expect, test } from '@playwright/test';
import { stateOf } from './run-page.js';
import { Workbench, quickSpec, startRun } from './support.js';

// A person reaches a server on another machine: through an SSH tunnel, or below a path of Jupyter's proxy.

let bench: Workbench;
let between: Server;
test.beforeEach(() => {
  bench = new Workbench();
});
test.afterEach(() => {
  between.close();
  bench.dispose();
});

const listening = async (server: Server): Promise<number> => {
  between = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

/** Forwards every byte to a port, as `ssh -L` does. */
const tunnelTo = (port: number): Server =>
  createTunnel((near) => {
    const far = connect(port, '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => socket.destroy());
  });

/** Forwards requests below `/proxy/` without that prefix and with `Host` unchanged, as jupyter-server-proxy does. */
const proxyTo = (port: number): Server => {
  const pathOf = (url = '/'): string => url.replace(/^\/proxy/, '');
  const server = createServer((incoming, answer) => {
    const { method, headers } = incoming;
    const onward = { host: '127.0.0.1', port, path: pathOf(incoming.url), method, headers, setHost: false };
    const asked = request(onward, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    asked.on('error', () => answer.destroy());
    incoming.pipe(asked);
  });
  server.on('upgrade', (incoming, near) => {
    const far = connect(port, '127.0.0.1', () => {
      const lines = [`GET ${pathOf(incoming.url)} HTTP/1.1`];
      for (let i = 0; i < incoming.rawHeaders.length; i += 2)
        lines.push(`${incoming.rawHeaders[i]}: ${incoming.rawHeaders[i + 1]}`);
      far.write(`${lines.join('\r\n')}\r\n\r\n`);
      near.pipe(far).pipe(near);
    });
    for (const socket of [near, far]) socket.on('error', () => socket.destroy());
  });
  return server;
};

for (const [way, build, path] of [
  ['a tunnel on another port', tunnelTo, '/'],
  ["a proxy's path", proxyTo, '/proxy/'],
] as const) {
  test(`the page works through ${way}`, async ({ page }) => {
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    const { url } = await bench.server();
    const runId = await startRun(url, { ...quickSpec, training: { steps: 300 } });
    const port = await listening(build(Number(new URL(url).port)));
    await page.goto(`http://localhost:${port}${path}?run=${runId}`);
    await expect(stateOf(page)).toHaveText('finished', { timeout: 90_000 });
    await expect(page.getByTestId('step')).toContainText('300');
    expect(complaints).toEqual([]);
  });
}
