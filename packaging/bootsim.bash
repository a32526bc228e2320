# bash completion for bootsim. Options come from the program's own --help.

_bootsim() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} words=
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W 'run report debug gui test record diff matrix inspect calls quirks install mkimage firmware --help --version' -- "$current")
    return
  fi
  case $previous in
    --as) words='cd hd floppy usb-hd usb-floppy' ;;
    --boot) words='cd hd floppy' ;;
    --trace-calls) words='int10 int11 int12 int13 int14 int15 int16 int17 int18 int19 int1a all' ;;
    --trace-format) words='text jsonl perfetto' ;;
    --until | --fail-on | --type-at) words='screen: serial: graphics: call:int13 addr: protected-mode kernel halt reset' ;;
    --quirk) words=$("${COMP_WORDS[0]}" quirks 2>/dev/null | grep -oE '^ *[a-z][a-z0-9-]+' | tr -d ' ') ;;
    -e) return ;;
    --table) words='mbr gpt' ;;
    --fs) words='fat12 fat16 fat32 ext4' ;;
    --stage2) words='embedded file' ;;
    --size | --label | --seed | --partition | --mem | --entry | --append | --fail-read | --fail-write | --type | --limit | --wall-limit | --gdb | --rtc | -j | --filter | --shard) return ;;
  esac
  if [ "$command" = firmware ] && [ "$COMP_CWORD" = 2 ]; then
    words=$("${COMP_WORDS[0]}" firmware 2>/dev/null | cut -d' ' -f1)
  fi
  if [ -z "$words" ] && [[ $current == -* ]]; then
    words=$("${COMP_WORDS[0]}" "$command" --help 2>/dev/null | grep -oE '^ +--[a-z-]+' | tr -d ' ')
    case $command in
      record | report | matrix | gui) words+=" $("${COMP_WORDS[0]}" run --help 2>/dev/null | grep -oE '^ +--[a-z-]+' | tr -d ' ')" ;;
    esac
  fi
  if [ -n "$words" ]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  else
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -F _bootsim bootsim
