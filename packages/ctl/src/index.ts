/** @quorate/ctl: the command-line tools. Their entry points are etcdctl-main.ts and etcdutl-main.ts. */
export { runEtcdctl } from './etcdctl.ts';
