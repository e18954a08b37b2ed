export * from './sim-disk.ts';
export { SIM_SECTOR_BYTES, type SimLoss } from './sim-disk-content.ts';
export { AnswerJudge, type RangeAnswer, type RangeQuestion } from './simulation/checkers/answers.ts';
export { LeaseChecker, type TrackedLease } from './simulation/checkers/leases.ts';
export {
  checkRegister,
  type RegisterOperation,
  type RegisterResult,
  type Verdict,
} from './simulation/checkers/linearizability.ts';
export { checkRegisters } from './simulation/checkers/registers.ts';
export { WatchJudge } from './simulation/checkers/watches.ts';
export { checkWrites } from './simulation/checkers/writes.ts';
export { Draw } from './simulation/draw.ts';
export { History, type Operation } from './simulation/history.ts';
export { MUTATIONS, type Mutation } from './simulation/mutations.ts';
export * as requests from './simulation/requests.ts';
export { RevisionLog } from './simulation/revision-log.ts';
export {
  drawSettings,
  type FaultKind,
  type FaultWeights,
  type GivenSettings,
  type OperationKind,
  type OperationWeights,
  type SimSettings,
} from './simulation/settings.ts';
export { changedSettings, type ShrinkOptions, type Shrunk, shrink } from './simulation/shrink.ts';
export { type SimulateOptions, simulate } from './simulation/simulate.ts';
export type { Report, Violation } from './simulation/violation.ts';
export type { SimResult } from './simulation/world.ts';
