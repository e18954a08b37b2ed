// Runs a bundled command, or a thread of one, with the bytecode that the build made of it: parsing is most of what a
// start costs. Lies in dist/ as load.js. Bytecode of another V8, or made under other flags, is refused by V8 and does no harm.
'use strict';
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

function bytecode(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined; // not made: the code runs without
  }
}

/** @param {string} name of the command or thread @param {string} version of its code, by content */
function load(name, version) {
  const file = join(__dirname, 'code', `${name}-${version}.cjs`);
  const script = new Script(readFileSync(file, 'latin1'), {
    filename: file,
    cachedData: bytecode(join(__dirname, 'code', `${name}-${version}.bytecode`)),
  });
  const self = join(__dirname, `${name}.js`);
  const module = { exports: {} };
  script.runInThisContext()(createRequire(self), module, module.exports, self, __dirname);
}

module.exports = { load };
