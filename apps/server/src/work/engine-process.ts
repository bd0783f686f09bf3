// The process that asks every engine whether it can run here: drivers are loaded, and may fall over.
import { listEngines } from 'grokscope';

const reports = await listEngines();
// A driver may leave threads behind that would keep this process alive.
process.send?.(reports, () => process.exit());
