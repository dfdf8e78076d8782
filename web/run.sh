#!/bin/sh
# web/run.sh [SCRIPT]: installs what the page scripts' tools need, if it is not there, and runs a script of package.json.
#
# Where Node.js is absent or too old it names what it skips; RETAIL_REQUIRE=node turns this into a failure.
cd "$(dirname "$0")" || exit 1
oldest=18

skip() {
    echo "Skipped ${script:-install} of the page scripts (web/): $1"
    case ",$RETAIL_REQUIRE," in *,node,*) exit 1 ;; esac
    exit 0
}

script=$1
version=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null) || skip "needs Node.js $oldest or later, and there is none"
[ "$version" -ge $oldest ] || skip "needs Node.js $oldest or later, this is $version"
command -v npm >/dev/null || skip "needs npm"
if [ -z "$(find node_modules/.installed -newer package-lock.json 2>/dev/null)" ]; then
    echo "Installing the page scripts' tools into web/node_modules"
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || skip "npm ci failed"
    touch node_modules/.installed
fi
[ -z "$script" ] || exec npm run --silent "$script"
