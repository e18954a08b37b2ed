// Snapshot files in etcd's format. See DESIGN.md in this folder.
export {};
