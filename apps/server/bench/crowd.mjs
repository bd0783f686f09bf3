import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Clients in another process, so that their event loop is not the one that is measured. */
export class Crowd {
  child = fork(fileURLToPath(new URL('clients.mjs', import.meta.url)));

  async tell(order, rest = {}) {
    const answer = await new Promise((resolve) => {
      this.child.once('message', resolve);
      this.child.send({ order, ...rest });
    });
    if (answer.error) throw new Error(answer.error);
    return answer;
  }

  dispose() {
    this.child.kill();
  }
}
