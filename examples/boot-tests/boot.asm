; A boot sector that reads the sector behind it and prints what it holds.
bits 16
org 0x7c00
start:
  cli
  xor ax, ax
  mov ds, ax
  mov es, ax
  mov ss, ax
  mov sp, start
  sti
  mov ax, 0x0201          ; read one sector
  mov bx, message
  mov cx, 2               ; cylinder 0, sector 2
  mov dh, 0
  int 0x13
  jc failed
  mov si, message
.next:
  lodsb
  test al, al
  jz stop
  mov ah, 0x0e
  int 0x10
  jmp .next
failed:
  int 0x18
stop:
  cli
  hlt

times 510 - ($ - $$) db 0
dw 0xaa55
message: db "ready", 0
times 1474560 - ($ - $$) db 0
