// The process that checks for every engine whether it can run here: drivers are loaded, and may crash.
import { listEngines } from 'grokscope';

const reports = await listEngines();
// A driver may leave threads behind that would keep this process alive.
process.send?.(reports, () => process.exit());
