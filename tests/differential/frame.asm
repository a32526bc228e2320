; The routines behind frame.inc. DS = CS throughout; ES, flags and the general registers are free between questions.

; ---- asking

set_patterns:
    mov dword [in_eax], 0x1a2a3a4a
    mov dword [in_ebx], 0x1b2b3b4b
    mov dword [in_ecx], 0x1c2c3c4c
    mov dword [in_edx], 0x1d2d3d4d
    mov dword [in_esi], 0x15253545
    mov dword [in_edi], 0x1f2f3f4f
    mov dword [in_ebp], 0x1e2e3e4e
    mov word [in_es], kBuffer
    mov [in_ds], cs
    ret

; The return address points at: vector, shown, free, the question's name.
ask_it:
    pop si
    lodsb
    mov [.vector], al
    lodsd
    mov [shown], eax
    lodsd
    mov [free], eax
    mov [name], si
    call print_name
    mov [resume], si
    call line_rests
    mov [stack_before], sp
    mov eax, [in_eax]
    mov ebx, [in_ebx]
    mov ecx, [in_ecx]
    mov edx, [in_edx]
    mov esi, [in_esi]
    mov edi, [in_edi]
    mov ebp, [in_ebp]
    mov es, [in_es]
    mov ds, [in_ds]
    stc
    db 0xcd                    ; INT
.vector: db 0
    push ds
    push cs
    pop ds
    pop word [out_ds]
    mov [out_eax], eax
    mov [out_ebx], ebx
    mov [out_ecx], ecx
    mov [out_edx], edx
    mov [out_esi], esi
    mov [out_edi], edi
    mov [out_ebp], ebp
    mov [out_es], es
    pushf
    pop word [out_flags]
    mov [stack_after], sp
    mov sp, [stack_before]
    sti
    cld
    call print_shown
    call print_changed
    jmp [resume]

print_shown:
    mov al, 'c'                ; cf and zf first
    mov cx, 1 << 0             ; CF's place in FLAGS
    mov edx, CF
    call .flag
    mov al, 'z'
    mov cx, 1 << 6
    mov edx, ZF
    call .flag
    mov si, fields
.next:
    cmp byte [si], 0
    je .no_flag
    mov eax, [si + 4]
    test [shown], eax
    jz .skip
    call print_field_name
    mov al, '='
    call put
    mov bx, [si + 8]
    mov cx, [si + 10]
.digits:                       ; most significant byte first
    mov di, cx
    mov al, [bx + di + out_registers - in_registers - 1]
    call put_byte
    loop .digits
    call space
.skip:
    add si, 12
    jmp .next
.flag:
    test [shown], edx
    jz .no_flag
    call put
    mov al, 'f'
    call put
    mov al, '='
    call put
    mov al, '0'
    test [out_flags], cx
    jz .clear
    inc al
.clear:
    call put
    call space
.no_flag:
    ret

print_changed:
    mov si, fields
.next:
    cmp byte [si], 0
    je .flags
    mov eax, [shown]
    or eax, [free]
    test [si + 4], eax
    jnz .same
    mov bx, [si + 8]
    mov cx, [si + 10]
.compare:
    mov al, [bx]
    cmp al, [bx + out_registers - in_registers]
    jne .changed
    inc bx
    loop .compare
    jmp .same
.changed:
    push si
    mov si, text_changed
    call print
    pop si
    call print_field_name
    call space
.same:
    add si, 12
    jmp .next
.flags:
    test word [out_flags], 1 << 9
    jnz .enabled
    mov si, text_if
    call print
.enabled:
    test word [out_flags], 1 << 10
    jz .upward
    mov si, text_df
    call print
.upward:
    mov ax, [stack_before]
    cmp ax, [stack_after]
    je new_line
    mov si, text_sp
    call print
    jmp new_line

; ---- telling. The name follows the call; segment, offset and length are below the return address.

tell_bytes_:
    pop si
    call print_name
    pop cx
    pop bx
    pop es
    push si
.next:
    mov al, [es:bx]
    call put_byte
    inc bx
    loop .next
    jmp new_line               ; returns to the code after the name

tell_sum_:
    pop si
    call print_name
    pop cx
    pop bx
    pop es
    push si
    xor edx, edx
.next:
    imul edx, edx, 31
    movzx eax, byte [es:bx]
    add edx, eax
    inc bx
    loop .next
    mov eax, edx
    ror eax, 16
    call put_word
    ror eax, 16
    call put_word
    jmp new_line

tell_ax_:
    pop si
    push ax
    call print_name
    pop ax
    push si
    call put_word
    jmp new_line

; ---- printing on COM1, by its ports alone. Every routine keeps the registers that it does not document.

serial_start:                  ; 115200 8N1, no interrupts, no FIFO
    mov dx, kCom1 + 3
    mov al, 0x80               ; DLAB
    out dx, al
    mov dx, kCom1
    mov al, 1
    out dx, al
    inc dx
    mov al, 0
    out dx, al
    mov dx, kCom1 + 3
    mov al, 3
    out dx, al
    mov dx, kCom1 + 1
    mov al, 0
    out dx, al
    mov dx, kCom1 + 4
    mov al, 3                  ; DTR, RTS
    out dx, al
    ret

; SI -> "name"0; prints "name: ". Out: SI after the 0.
print_name:
    call print
    mov al, ':'
    call put
space:
    mov al, ' '
    jmp put

; Prints the text at SI up to its 0. Out: SI after it; AL gone.
print:
    lodsb
    test al, al
    jz .done
    call put
    jmp print
.done:
    ret

print_field_name:              ; of the field at SI
    push si
    call print
    pop si
    ret

new_line:
    mov al, 10
put:                           ; AL
    push dx
    push ax
    mov dx, kCom1 + 5
.busy:
    in al, dx
    test al, 0x20              ; transmitter holding register empty
    jz .busy
    mov dx, kCom1
    pop ax
    out dx, al
    pop dx
    ret

line_rests:                    ; waits until the last character has left, so that INT 14h finds the line idle
    push ax
    push dx
    mov dx, kCom1 + 5
.busy:
    in al, dx
    test al, 0x40              ; transmitter empty
    jz .busy
    pop dx
    pop ax
    ret

put_word:                      ; AX
    xchg al, ah
    call put_byte
    xchg al, ah
put_byte:                      ; AL
    push ax
    shr al, 4
    call .digit
    pop ax
    push ax
    and al, 0x0f
    call .digit
    pop ax
    ret
.digit:
    add al, '0'
    cmp al, '9'
    jbe put
    add al, 'a' - '9' - 1
    jmp put

; ---- data

; What `ask` can show: name, bit, first byte in in_registers, bytes. 12 bytes each.
%macro field 4
%%start:
    db %1, 0
    times 4 - ($ - %%start) db 0
    dd %2
    dw %3, %4
%endmacro
fields:
    field "eax", EAXH, in_eax + 2, 2
    field "ah", AH_, in_eax + 1, 1
    field "al", AL_, in_eax, 1
    field "ebx", EBXH, in_ebx + 2, 2
    field "bh", BH_, in_ebx + 1, 1
    field "bl", BL_, in_ebx, 1
    field "ecx", ECXH, in_ecx + 2, 2
    field "ch", CH_, in_ecx + 1, 1
    field "cl", CL_, in_ecx, 1
    field "edx", EDXH, in_edx + 2, 2
    field "dh", DH_, in_edx + 1, 1
    field "dl", DL_, in_edx, 1
    field "si", SI_, in_esi, 2
    field "di", DI_, in_edi, 2
    field "bp", BP_, in_ebp, 2
    field "es", ES_, in_es, 2
    field "ds", DS_, in_ds, 2
    db 0

text_changed: db "changed:", 0
text_if: db "changed:if ", 0
text_df: db "changed:df ", 0
text_sp: db "changed:sp ", 0

align 4
%macro register_image 1
%1_registers:
%1_eax: dd 0
%1_ebx: dd 0
%1_ecx: dd 0
%1_edx: dd 0
%1_esi: dd 0
%1_edi: dd 0
%1_ebp: dd 0
%1_es:  dw 0
%1_ds:  dw 0
%1_ax equ %1_eax
%1_bx equ %1_ebx
%1_cx equ %1_ecx
%1_dx equ %1_edx
%1_si equ %1_esi
%1_di equ %1_edi
%1_bp equ %1_ebp
%endmacro
    register_image in
    register_image out
out_flags:    dw 0
shown:        dd 0
free:         dd 0
name:         dw 0
resume:       dw 0
stack_before: dw 0
stack_after:  dw 0
