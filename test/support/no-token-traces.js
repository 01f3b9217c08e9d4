// cdktf notes for each token the whole stack of calls that made it, for one error message. Jest maps every frame of it to its
// source, which takes two thirds of the time of a test of a stack. The successor has a switch for it.
process.env.CDKTN_DISABLE_CREATION_STACK = "true";
require("cdktf/lib/tokens/private/stack-trace").captureStackTrace = () => [];
