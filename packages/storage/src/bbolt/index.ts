// bbolt files, for interchange with etcd's tools. See DESIGN.md in this folder.
export {};
