export * from './sim-disk.ts';
export { SIM_SECTOR_BYTES, type SimLoss } from './sim-disk-content.ts';
