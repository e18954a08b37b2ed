export * from './sim-disk.ts';
export { SIM_SECTOR_BYTES, type SimLoss } from './sim-disk-content.ts';
export {
  checkRegister,
  type RegisterOperation,
  type RegisterResult,
  type Verdict,
} from './simulation/checkers/linearizability.ts';
export { MUTATIONS, type Mutation } from './simulation/mutations.ts';
export {
  drawSettings,
  type FaultKind,
  type FaultWeights,
  type OperationKind,
  type OperationWeights,
  type SimSettings,
} from './simulation/settings.ts';
export { type Shrunk, shrink } from './simulation/shrink.ts';
export { type SimulateOptions, simulate } from './simulation/simulate.ts';
export type { Violation } from './simulation/violation.ts';
export type { SimResult } from './simulation/world.ts';
