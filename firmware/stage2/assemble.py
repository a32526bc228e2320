#!/usr/bin/env python3
"""assemble.py HEAD BODY OUT: joins the head and the body of stage2 and fills in length and sum (see head.asm)."""
import struct
import sys

HEAD_BYTES = 1024
LENGTH_AT, SUM_AT = 0x08, 0x14
CHANGEABLE = range(0x0C, 0x200)  # what the installer and the head write


def dword_sum(image):
    """The sum of all dwords that nobody changes later."""
    counted = bytearray(image)
    counted[CHANGEABLE.start:CHANGEABLE.stop] = bytes(len(CHANGEABLE))
    return sum(struct.unpack(f"<{len(counted) // 4}I", counted)) & 0xFFFFFFFF


def main():
    head_path, body_path, out_path = sys.argv[1:]
    head, body = open(head_path, "rb").read(), open(body_path, "rb").read()
    if len(head) != HEAD_BYTES or head[4:8] != b"BSS2":
        sys.exit(f"{head_path}: not the head of stage2 ({HEAD_BYTES} bytes with BSS2 at 4)")
    image = bytearray(head + body)
    image += bytes(-len(image) % 512)
    struct.pack_into("<I", image, LENGTH_AT, len(image))
    struct.pack_into("<I", image, SUM_AT, -dword_sum(image) & 0xFFFFFFFF)
    with open(out_path, "wb") as out:
        out.write(image)


if __name__ == "__main__":
    main()
