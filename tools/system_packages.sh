#!/bin/sh
# Makes sure that the machine has what no Python or npm package brings.
#   system_packages.sh run    what the server needs
#   system_packages.sh test   that, and the browser and the TURN server of the tests
#   system_packages.sh all    that, and the other browser and the other SFU of the long tests
#   system_packages.sh fuzz   that of the server, and the compiler that fuzzes
# As root on Debian the missing packages are installed; anywhere else one line says what to install.
set -eu

python=${PYTHON:-python3}
purpose=${1:?run, test, all or fuzz}

fail() {
    echo "sportello: $*" >&2
    exit 1
}

require_python() {
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        fail "Python 3.11 or newer is needed, and '$python' is not (PYTHON=... names another one)."
}

# Prints the Debian packages that this Python lacks.
missing_of_python() {
    "$python" - <<'EOF'
import importlib.util, pathlib, sysconfig

if importlib.util.find_spec("ensurepip") is None:
    print("python3-venv")
if not pathlib.Path(sysconfig.get_path("include"), "Python.h").exists():
    print("python3-dev")
EOF
}

# Prints the Debian packages of shared libraries that OpenCV and MediaPipe load and their wheels lack.
missing_libraries() {
    "$python" - <<'EOF'
import ctypes

packages = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    "libgthread-2.0.so.0": "libglib2.0-0",
}
for library, package in packages.items():
    try:
        ctypes.CDLL(library)
    except OSError:
        print(package)
EOF
}

# Succeeds where tests are to run and a command of theirs is missing.
lacks() {
    case $purpose in test | all) ! command -v "$1" >/dev/null ;; *) false ;; esac
}

# The same for long tests.
lacks_long() {
    [ "$purpose" = all ] && lacks "$1"
}

has_header() {
    echo "#include <$1>" | cc -E - >/dev/null 2>&1
}

# Prints the Debian packages that are missing, one a line.
missing() {
    missing_of_python
    missing_libraries
    if ! command -v cc >/dev/null; then
        echo gcc
        echo libc6-dev
    fi
    has_header openssl/evp.h || echo libssl-dev
    has_header vpx/vpx_encoder.h || echo libvpx-dev
    if lacks chromium; then
        echo chromium
        echo fonts-liberation
    fi
    if lacks turnserver; then echo coturn; fi
    if lacks_long firefox-esr; then echo firefox-esr; fi
    if lacks_long janus; then echo janus; fi
    if [ "$purpose" = fuzz ] && ! echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
        clang -fsanitize=fuzzer -x c - -o /dev/null 2>/dev/null; then
        echo clang
        echo libclang-rt-14-dev
    fi
}

install() {
    echo "sportello: installing $*"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

require_python
packages=$(missing | tr '\n' ' ')
if [ -n "$packages" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    # shellcheck disable=SC2086 # one word a package
    install $packages
    packages=$(missing | tr '\n' ' ')
fi
[ -z "$packages" ] || fail "please install these packages (Debian's names), then try again: $packages"
