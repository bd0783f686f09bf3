export { checkpointFileName, checkpointSteps, optimizerFileName } from './checkpoints.js';
export type { CheckpointFile, KeptState } from './checkpoints.js';
export { deleteRun } from './delete-run.js';
export { describeStoreError, errorCode } from './errors.js';
export type { StoreError } from './errors.js';
export { MalformedLine, parseEventLine } from './event-lines.js';
export type { StoredLine } from './event-lines.js';
export { writeFileAtomic } from './files.js';
export { migrateFields } from './record-format.js';
export type { Fields } from './record-format.js';
export {
  FileTooLarge,
  MAX_TENSOR_FILE_BYTES,
  NotAFile,
  readFileWithin,
  readRegularFile,
} from './read-within.js';
export { createRunCatalogue, listRuns } from './list-runs.js';
export type { RunCatalogue, RunSummary } from './list-runs.js';
export { originOf, provenanceOf } from './provenance-of.js';
export { HEARTBEAT_MS, acquireLock, holderLife, isSilent } from './lock.js';
export type { HeldLock, HolderLife, LockHolder, LockLoss } from './lock.js';
export { createRunId, decodeRunId, isRunId } from './run-id.js';
export { changeNotes, readNotes } from './run-notes.js';
export type { RunNotes } from './notes.js';
export { openRun, readFailure } from './run-reader.js';
export type { Checkpoint, RunReader } from './run-reader.js';
export type { RunRecord } from './run-record.js';
export { addEvent, noFacts, stateOf } from './run-summary.js';
export type { RunFacts } from './run-summary.js';
export { createRunFolder } from './create-run-folder.js';
export { reopenRunFolder } from './reopen-run.js';
export type { ReopenedRun } from './reopen-run.js';
export { isGoodCheckpoint } from './resume-point.js';
export { MOST_CHECKPOINTS, keptSteps, mostCheckpoints } from './thin-checkpoints.js';
export type { ResumePoint } from './resume-point.js';
export type { RunHistory } from './run-history.js';
export type { RunWriter } from './run-writer.js';
export { EventCursor } from './event-cursor.js';
export type { EventPosition } from './event-cursor.js';
export { OutlineBuilder, outlineColumns } from './run-outline.js';
export type { RunOutline } from './run-outline.js';
export { tailEvents } from './tail-events.js';
export { checkDiskSpace, estimateRunBytes } from './disk-space.js';
export type { RunSize } from './disk-space.js';
export { columnNote, columnNotes } from './column-notes.js';
export { eventScalars } from './event-scalars.js';
export { eventTable, runTables } from './event-table.js';
export type { RunTables } from './event-table.js';
export { clearControl, sendCommand, takeCommands } from './control.js';
export { createIndexedCatalogue, openCatalogue } from './open-catalogue.js';
export type { IndexedCatalogue, OpenedCatalogue } from './open-catalogue.js';
export type { RunIndex } from './run-index.js';
export { eventSeries } from './event-series.js';
export { isSeriesMetric, seriesMetrics } from './series-metrics.js';
export { isMeasureColumn } from './measure-columns.js';
export type { Series, SeriesMetric, SeriesQuery } from './series-metrics.js';
export { pruneCheckpoints } from './prune-checkpoints.js';
export type { PrunePolicy, PruneReport } from './prune-checkpoints.js';
export { reconcileRuns } from './reconcile.js';
