export { checkpointFileName, checkpointSteps, optimizerFileName } from './checkpoints/checkpoints.js';
export type { CheckpointFile, KeptState } from './checkpoints/checkpoints.js';
export { deleteRun } from './run/delete-run.js';
export { describeStoreError, errorCode } from './errors.js';
export type { StoreError } from './errors.js';
export { MalformedLine, parseEventLine } from './events/event-lines.js';
export type { StoredLine } from './events/event-lines.js';
export { writeFileAtomic } from './disk/files.js';
export { migrateFields } from './run/record-format.js';
export type { Fields } from './run/record-format.js';
export {
  FileTooLarge,
  MAX_TENSOR_FILE_BYTES,
  NotAFile,
  readFileWithin,
  readRegularFile,
} from './disk/read-within.js';
export { createRunCatalogue, listRuns } from './index/list-runs.js';
export type { RunCatalogue, RunSummary } from './index/list-runs.js';
export { originOf, provenanceOf } from './run/provenance-of.js';
export { HEARTBEAT_MS, acquireLock, holderLife, isSilent } from './lock/lock.js';
export type { HeldLock, HolderLife, LockHolder, LockLoss } from './lock/lock.js';
export { createRunId, decodeRunId, isRunId } from './run/run-id.js';
export { changeNotes, readNotes } from './run/run-notes.js';
export { openRun, readFailure } from './run/run-reader.js';
export type { Checkpoint, RunReader } from './run/run-reader.js';
export { CHECKPOINTS_FOLDER } from './run/run-record.js';
export type { DataFile, RunRecord } from './run/run-record.js';
export { addEvent, noFacts, stateOf } from './run/run-summary.js';
export type { RunFacts } from './run/run-summary.js';
export { createRunFolder } from './run/create-run-folder.js';
export { reopenRunFolder } from './run/reopen-run.js';
export type { ReopenedRun } from './run/reopen-run.js';
export { isGoodCheckpoint } from './checkpoints/resume-point.js';
export { MOST_CHECKPOINTS, keptSteps, mostCheckpoints } from './checkpoints/thin-checkpoints.js';
export type { ResumePoint } from './checkpoints/resume-point.js';
export type { RunHistory } from './events/run-history.js';
export type { RunWriter } from './run/run-writer.js';
export { EventCursor } from './events/event-cursor.js';
export type { EventPosition } from './events/event-cursor.js';
export { OutlineBuilder } from './events/run-outline.js';
export type { Outline } from './events/run-outline.js';
export { tailEvents } from './events/tail-events.js';
export { checkDiskSpace, estimateRunBytes } from './disk/disk-space.js';
export type { RunSize } from './disk/disk-space.js';
export { columnNote, columnNotes } from './events/column-notes.js';
export { eventScalars } from './events/event-scalars.js';
export { eventTable, runTables } from './events/event-table.js';
export type { RunTables } from './events/event-table.js';
export { clearControl, sendCommand, takeCommands } from './control/control.js';
export { createIndexedCatalogue, openCatalogue } from './index/open-catalogue.js';
export type { IndexedCatalogue, OpenedCatalogue } from './index/open-catalogue.js';
export type { RunIndex } from './index/run-index.js';
export { eventSeries } from './events/event-series.js';
export { isSeriesMetric, seriesMetrics } from './events/series-metrics.js';
export { isMeasureColumn } from './events/measure-columns.js';
export type { Series, SeriesMetric, SeriesQuery } from './events/series-metrics.js';
export { pruneCheckpoints } from './run/prune-checkpoints.js';
export type { PrunePolicy } from './run/prune-checkpoints.js';
export { reconcileRuns } from './run/reconcile.js';
