// Serves a Kinesis without streams, from nothing, until stdin ends.
//
// stdout: one line when it can be asked, {"endpoint"}

const { Server } = require('node:net');
const { dirname } = require('node:path');

// It takes two numbers, listens on every interface, and tells nobody which ports it got if it asks for any. So it asks
// for these, and gets free ones of this machine alone.
const [plain, tls] = [4568, 4567];
const { listen } = Server.prototype;
Server.prototype.listen = function (port, listening) {
  return listen.call(this, 0, '127.0.0.1', () => {
    listening();
    if (port === plain) console.log(JSON.stringify({ endpoint: `http://127.0.0.1:${this.address().port}` }));
  });
};
Object.assign(process.env, { KINESIS_MOCK_PLAIN_PORT: plain, KINESIS_MOCK_TLS_PORT: tls });

// It reads its certificate from the working directory.
process.chdir(dirname(require.resolve('kinesis-local')));
process.stdin.on('end', () => process.exit()).resume();
require('kinesis-local');
