#!/usr/bin/env bash
# Makes sure that what the build needs besides Rust is there: a C compiler and libclang (the SQL parser's bindings are made by it).
set -euo pipefail

say() { echo "setup: $*" >&2; }

have_libclang() {
    local folder
    for folder in "${LIBCLANG_PATH:-}" /usr/lib/llvm*/lib /usr/lib/llvm/*/lib* /usr/lib /usr/lib64 /usr/lib/*-linux-gnu* /usr/local/lib \
        /opt/homebrew/opt/llvm*/lib /usr/local/opt/llvm*/lib /Library/Developer/CommandLineTools/usr/lib \
        /Applications/Xcode.app/Contents/Developer/Toolchains/XcodeDefault.xctoolchain/usr/lib; do
        [ -n "$folder" ] || continue
        compgen -G "$folder/libclang.so*" >/dev/null && return 0
        compgen -G "$folder/libclang-*.so*" >/dev/null && return 0
        compgen -G "$folder/libclang.dylib" >/dev/null && return 0
    done
    return 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        say "cannot run '$*': not root, and there is no sudo"
        return 1
    fi
}

# install PACKAGE-NAMES for: apt-get, dnf, apk, pacman, brew
install() {
    if command -v apt-get >/dev/null; then
        say "installing $1 with apt-get"
        as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1 >/dev/null
    elif command -v dnf >/dev/null; then
        say "installing $2 with dnf"
        as_root dnf install -y -q $2
    elif command -v apk >/dev/null; then
        say "installing $3 with apk"
        as_root apk add --quiet $3
    elif command -v pacman >/dev/null; then
        say "installing $4 with pacman"
        as_root pacman -S --noconfirm --needed $4
    elif command -v brew >/dev/null; then
        say "installing $5 with brew"
        brew install $5
    else
        say "no package manager that this script knows: install libclang and a C compiler by hand (or set LIBCLANG_PATH)"
        return 1
    fi
}

if ! command -v cargo >/dev/null; then
    [ -x "$HOME/.cargo/bin/cargo" ] || { say "Rust is missing: see https://rustup.rs"; exit 1; }
    say "cargo is not on PATH: add $HOME/.cargo/bin"
    exit 1
fi
if ! command -v cc >/dev/null && ! command -v clang >/dev/null && ! command -v gcc >/dev/null; then
    install build-essential "gcc glibc-devel" build-base base-devel llvm
fi
if ! have_libclang; then
    install libclang-dev clang-devel "clang-dev llvm-dev" clang llvm
    have_libclang || { say "libclang is still not found: set LIBCLANG_PATH to the folder that holds it"; exit 1; }
fi
