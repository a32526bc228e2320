; A disk that tests the drive it was booted from: each sector but the first is filled with its own number. Prints PROBE, the
; drive, and a letter for each test that went well, a small x for one that did not:
;   C  a track by cylinder, head and sector; E  100 sectors by number; F  3 sectors at a flat address above 1 MiB
;   21T the media type that 4B01h says, the status of 4D00h, and that nothing is left after 4B00h; only where a disk is emulated
;   W  two sectors written, and read again; R  writing refused: the drive is read-only
; The buffers begin at odd addresses and cross a 64 KiB boundary in the middle of a sector.
;
; Build: nasm -f bin -DSECTORS=2880 map_probe.asm

bits 16
cpu 386
org 7c00h

kSegment equ 1ff3h                 ; with kOffset: 13 bytes before 20000h come at an odd place in the first sector
kOffset  equ 3
kFlat    equ 120001h

drive equ 7e40h                    ; behind the boot sector, with spt
spt   equ 7e42h

start:
    cld
    xor ax, ax
    mov ds, ax
    mov ss, ax
    mov sp, 7c00h
    sti
    mov [drive], dl
    mov si, hello
    call print
    mov al, [drive]
    aam 16
    add ax, 3030h
    xchg al, ah
    call letter
    xchg al, ah
    call letter
    mov al, ' '
    call letter

    mov ah, 08h
    mov dl, [drive]
    xor di, di
    mov es, di
    int 13h
    and cx, byte 3fh
    mov [spt], cx
    call set_buffer
    mov ax, [spt]
    mov ah, 02h
    mov cx, 1                      ; cylinder 0, head 1, sector 1
    call chs
    mov cx, [spt]
    movzx eax, cx
    call result_c

    mov ah, 41h
    mov bx, 55aah
    mov dl, [drive]
    int 13h
    jc no_edd
    mov si, packet
    mov ah, 42h
    mov dl, [drive]
    int 13h
    mov cx, 100
    mov eax, 7
    mov bl, 'E'
    call check
    mov si, flat_packet
    mov ah, 42h
    mov dl, [drive]
    int 13h
    jc .flat
    call set_buffer
    mov cx, 3 * 256                ; words
    xor ax, ax
    mov es, ax
    mov si, gdt
    mov ah, 87h
    int 15h
.flat:
    mov cx, 3
    mov eax, 9
    mov bl, 'F'
    call check
no_edd:

    call set_buffer                ; two sectors of other numbers
    mov eax, 0cafe0000h
    mov cx, 128
    rep stosd
    inc eax
    mov cx, 128
    rep stosd
    mov ax, 0302h
    mov cx, 3                      ; cylinder 0, head 1, sector 3
    call chs
    jnc .written
    mov al, 'R'
    cmp ah, 03h
    je .say
    mov al, 'x'
.say:
    call letter
    jmp done
.written:
    call set_buffer
    mov ax, 0202h
    mov cx, 3
    call chs
    mov cx, 2
    mov eax, 0cafe0000h
    mov bl, 'W'
    call check
done:
    mov ax, 4b01h
    call el_torito
    jc .end
    mov al, [specification + 1]
    add al, '0'
    call letter
    mov ax, 4d00h                  ; as SeaBIOS: unknown
    call el_torito
    mov al, '0'
    add al, ah
    call letter
    mov ax, 4b00h
    call el_torito
    mov byte [specification + 1], 0
    mov ax, 4b01h                  ; SeaBIOS answers it for any drive, and speaks of the CD it booted
    call el_torito
    mov al, 'T'
    cmp byte [specification + 1], 0
    je .ended
    mov al, 'x'
.ended:
    call letter
.end:
    mov si, bye
    call print
    hlt
    jmp $ - 1

el_torito:
    mov dl, [drive]
    mov si, specification
    int 13h
    ret

chs:
    mov bx, kOffset
    mov dh, 1
    mov dl, [drive]
    push word kSegment
    pop es
    int 13h
    ret

set_buffer:
    push word kSegment
    pop es
    mov di, kOffset
    mov cx, 0e000h                 ; what was read before
    push di
    push ax
    xor ax, ax
    rep stosb
    pop ax
    pop di
    ret

result_c:
    mov bl, 'C'
; CF: it failed. Else CX sectors in the buffer are EAX, EAX + 1, ... The letter BL says so.
check:
    jc .bad
    push word kSegment
    pop es
    mov di, kOffset
.sector:
    mov si, 128
.dword:
    scasd
    jne .bad
    dec si
    jnz .dword
    inc eax
    loop .sector
    mov al, bl
    jmp letter
.bad:
    mov al, 'x'
letter:
    pusha
    mov ah, 0eh
    mov bx, 7
    int 10h
    popa
    ret
print:
    lodsb
    test al, al
    jz .done
    call letter
    jmp print
.done:
    ret

hello: db "PROBE ", 0
bye:   db " end", 0
packet: dw 16, 100, kOffset, kSegment
        dq 7
flat_packet: dw 24, 3, -1, -1
        dq 9, kFlat
gdt: times 16 db 0
     dw 0ffffh, kFlat & 0ffffh
     db kFlat >> 16, 93h, 0, 0
     dw 0ffffh, (kSegment * 16 + kOffset) & 0ffffh
     db (kSegment * 16 + kOffset) >> 16, 93h, 0, 0
     times 16 db 0
specification equ 7e00h
    times 510 - ($ - $$) db 0
    dw 0aa55h
%assign number 1
%rep SECTORS - 1
    times 128 dd number
%assign number number + 1
%endrep
