// Loaded into Node-RED before anything else: this machine is another one, with the same disk.
const os = require('node:os');

os.hostname = () => 'another-host';
