; A head for tests of the body alone: whoever loads stage2.bin in one piece may enter it here.
bits 16
org 0x8000
    jmp near code
    db 0
    dd 'BSS2'
    times 0x200 - ($ - $$) db 0
code:
    xor ax, ax
    mov ds, ax
    mov [0x8011], dl
    jmp 0x840:0
    times 0x400 - ($ - $$) db 0
