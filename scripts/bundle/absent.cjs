// Stands in for optional parts of libraries that the product does not use (msgpackr's addon: all values are plain bytes).
'use strict';
module.exports = undefined;
