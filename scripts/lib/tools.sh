# Sourced by scripts/test: the programs that the tests call, and how they get here.

# tools_of PART lists the programs a part calls.
tools_of() {
  case $1 in
    go) echo postgres pdftotext qpdf preflight soffice clamd gcc ;;
    fuzz) echo postgres ;;
    unipdf) echo pdftotext qpdf preflight soffice ;;
    chroot) echo postgres pdftotext ;;
    demo) echo postgres pdftotext soffice ;;
    browser) echo postgres chromium ;;
  esac
}

has_tool() {
  case $1 in
    postgres) [ -n "${PG_BIN_DIR:-}" ] || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || command -v postgres >/dev/null ;;
    clamd) command -v clamd >/dev/null || [ -x /usr/sbin/clamd ] ;;
    preflight) [ -e /usr/share/java/preflight.jar ] && command -v java >/dev/null ;; # Apache PDFBox
    *) command -v "$1" >/dev/null ;;
  esac
}

packages_of() {
  case $1 in
    postgres) echo postgresql ;;
    pdftotext) echo poppler-utils ;;
    soffice) echo libreoffice-writer-nogui ;;
    clamd) echo clamav-daemon ;;
    preflight) echo libpdfbox2-java libactivation-java libjaxb-api-java default-jre-headless ;;
    gcc) echo gcc libc6-dev ;; # the race detector is linked by it
    *) echo "$1" ;;
  esac
}

# need_tools PART... installs what is missing in one go, as root on Debian or
# Ubuntu; elsewhere it says in one line what is missing.
need_tools() {
  local part tool missing=()
  for part in "$@"; do
    for tool in $(tools_of "$part"); do
      has_tool "$tool" || missing+=($(packages_of "$tool"))
    done
  done
  [ ${#missing[@]} -eq 0 ] && return
  local packages
  packages=$(printf '%s\n' "${missing[@]}" | sort -u | tr '\n' ' ')
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    die "the tests need more programs: apt-get install --no-install-recommends $packages"
  fi
  echo "klausul: installing $packages" >&2
  keep_services_down
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $packages >/dev/null ||
    die "apt-get could not install $packages"
}

# keep_services_down: the packages bring servers that would start by themselves;
# the tests start their own. Put back when the script ends.
keep_services_down() {
  [ -e /usr/sbin/policy-rc.d ] && return
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
}
