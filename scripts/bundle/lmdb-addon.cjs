// Stands in for node-gyp-build-optional-packages in the bundle: finds LMDB's addon without looking at every file of every place
// and without asking which C library this is, which takes longer than everything else that LMDB's binding does to load.
'use strict';
const { createRequire } = require('node:module');

module.exports = function loadAddon() {
  const ofLmdb = createRequire(createRequire(__filename).resolve('lmdb'));
  if (process.platform === 'linux') {
    const { arch, versions } = process;
    try {
      return ofLmdb(`@lmdb/lmdb-linux-${arch}/node.abi${versions.modules}.glibc.node`);
    } catch {
      // Another Node.js, another C library, a build of one's own: the long way.
    }
  }
  const { dirname } = require('node:path');
  return ofLmdb('node-gyp-build-optional-packages')(dirname(dirname(ofLmdb.resolve('lmdb'))));
};
