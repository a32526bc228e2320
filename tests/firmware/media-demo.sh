# The CD of `./dev demo`: words of build.sh, which sources this.
if [ -x "$FW/../bootsim/bootsim" ] && want demo.iso "$FW/../bootsim/bootsim" "$HERE"/../../firmware/demo/*; then
  "$HERE"/../../firmware/demo/make_iso.sh "$NOW" "$FW/../bootsim/bootsim"
fi
