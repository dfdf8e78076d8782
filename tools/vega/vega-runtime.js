// For pages whose specifications were compiled to Vega when the site was built: everything but the compiler.
import * as vega from "vega";
import { expressionInterpreter } from "vega-interpreter";

window.retailVega = { vega, expressionInterpreter };
