; The BIOS ROM at F0000h-FFFFFh: the code that guest software reaches. Nearly everything is answered by the host; this
; file holds what must be guest code: the stubs that interrupt vectors point to, hardware interrupts (which call other
; interrupts), the loops in which the BIOS waits, and the tables that software finds at fixed addresses.
;
; A trap is a 32-bit OUT to a port below 100h, which no device decodes. Its number is the interrupt vector, or one of:
%define TRAP_POST         0xF0          ; power-on self test
%define TRAP_BOOT_STEP    0xF1          ; the boot loop decides what to do next
%define TRAP_WAIT_POLL    0xF2          ; is the pending wait over?
%define TRAP_PCI32        0xF3          ; PCI BIOS called through BIOS32
%define TRAP_OPTION_ROM   0xF4          ; the next option ROM
%define TRAP_APM          0xF5          ; APM called through its protected-mode interface
;
; Labels become constants in C++ (cmake/embed_rom.cmake): boot_step is bios::rom::kBootStep.

bits 16
cpu 386
org 0
[map symbols rom.map]

; Fixed addresses: software of the 1980s jumps to them, and later BIOSes kept them (SeaBIOS does too).
%macro fixed 1
  times %1 - ($ - $$) db 0xFF
%endmacro

; ---------------------------------------------------------------------------------------------------------------------
; Page 0 holds data only: the host writes wait_flag while the machine runs, and a page with code would be translated anew.
rom_name:           db "bootsim BIOS", 0

fixed 0x0020
wait_flag:          db 0                ; 0 answered, 1 halt until an interrupt, 2 let interrupts in and ask again

; BIOS32 service directory (Standard BIOS 32-bit Service Directory Proposal 0.4); the host puts the checksum in.
fixed 0x0100
bios32_header:      db "_32_"
                    dd 0xF0000 + bios32_entry
                    db 0                ; revision
                    db 1                ; length in paragraphs
bios32_checksum:    db 0
                    times 5 db 0

; Plug and Play installation check structure (Plug and Play BIOS 1.0A, 4.4).
fixed 0x0120
pnp_header:         db "$PnP"
                    db 0x10             ; version 1.0
                    db pnp_header_end - pnp_header
                    dw 0                ; control: events are not supported
pnp_checksum:       db 0
                    dd 0                ; event notification flag
                    dw pnp_real_entry, 0xF000
                    dw pnp_protected_entry
                    dd 0xF0000
                    dd 0                ; OEM device identifier
                    dw 0xF000
                    dd 0xF0000
pnp_header_end:

fixed 0x0180
acpi_rsdp:          times 36 db 0       ; tables_acpi.cpp
fixed 0x01C0
smbios_anchor:      times 31 db 0       ; tables_smbios.cpp
smbios_anchor_end:

fixed 0x0200
boot_text:          times 0x600 db 0    ; what print_boot_text prints, ended by a zero byte
boot_text_end:

fixed 0x4000
smbios_tables:      times 0x1000 db 0     ; filled by the host when it maps the ROM
smbios_tables_end:

; ---------------------------------------------------------------------------------------------------------------------
fixed 0x6000

; A vector's stub. The host answers at the OUT and changes the caller's FLAGS on the stack, so IRET gives them. CLI, because
; a hook that chains by `pushf; call far` comes with interrupts enabled, and an interrupt's BIOS calls change wait_flag.
%macro stub 1
  cli
  out %1, eax
  cmp byte [cs:wait_flag], 0
  jne wait_loop
  iret
%endmacro

wait_loop:
  cmp byte [cs:wait_flag], 2
  je .timed
  sti
  hlt                                   ; STI lets nothing in before HLT: no wake-up is lost
  jmp .again
.timed:
  sti
  nop                                   ; the host has moved the clock: what is due interrupts here
  jmp .again
.again:
  cli
  out TRAP_WAIT_POLL, eax
  cmp byte [cs:wait_flag], 0
  jne wait_loop
  iret

; --- Power-on and boot -----------------------------------------------------------------------------------------------
post:
  cli
  cld
  ; CMOS shutdown byte: 5 and 0Ah resume at the far pointer 0040:0067 (IBM AT BIOS), 5 after an EOI. Only real resets
  ; come here with a stack of their own to keep, so the byte is looked at before the stack is touched.
  mov al, 0x8F
  out 0x70, al
  in al, 0x71
  mov ah, al
  mov al, 0x8F
  out 0x70, al
  mov al, 0
  out 0x71, al
  cmp ah, 0x05
  je .resume_eoi
  cmp ah, 0x0A
  je .resume
  xor ax, ax
  mov ds, ax
  mov es, ax
  mov ss, ax
  mov sp, 0x7C00
  out TRAP_POST, eax
  sti
  jmp option_rom_next
.resume_eoi:
  mov al, 0x20
  out 0xA0, al
  out 0x20, al
.resume:
  xor ax, ax
  mov ds, ax
  jmp far [0x467]

option_rom_next:                        ; the host pushes where the option ROM returns to, and its entry
  out TRAP_OPTION_ROM, eax
  retf

set_text_mode:                          ; by the display's option ROM, which has just been initialised
  mov ax, 0x0003
  int 0x10
  jmp option_rom_next

start_boot:
  int 0x19
  jmp halt_forever

; INT 18h and 19h never return: with a fresh stack, the host pushes the IRET frame of what comes next.
%macro boot_stub 1
  cli
  cld
  xor ax, ax
  mov ds, ax
  mov es, ax
  mov ss, ax
  mov sp, 0x7C00
  out %1, eax
  iret
%endmacro
int18:
  boot_stub 0x18
int19:
  boot_stub 0x19

boot_step:                              ; the same, after an INT that the boot asked for
  out TRAP_BOOT_STEP, eax
  iret

print_boot_text:                        ; then to the IRET frame above
  pushad
  push ds
  push es
  push cs
  pop ds
  mov si, boot_text
.next:
  lodsb
  test al, al
  jz .done
  mov ah, 0x0E
  mov bx, 0x0007
  push si                               ; some BIOSes lose BP or more when they scroll (RBIL 10-0E)
  int 0x10
  pop si
  jmp .next
.done:
  pop es
  pop ds
  popad
  iret

int10_then_boot_step:
  int 0x10
  jmp boot_step
int13_then_boot_step:
  int 0x13
  jmp boot_step
int15_then_boot_step:
  int 0x15
  jmp boot_step
int16_then_boot_step:
  int 0x16
  jmp boot_step
int18_then_halt:
  int 0x18
halt_forever:
  cli
  hlt
  jmp halt_forever

; --- Hardware interrupts ---------------------------------------------------------------------------------------------
irq0_body:                              ; INT 08h
  push ds
  push eax
  push dx
  out 0x08, eax                         ; tick, midnight, diskette motor
  int 0x1C
  mov al, 0x20
  out 0x20, al
  pop dx
  pop eax
  pop ds
  iret

; What the host found in the key, in AL after trap 09h.
%define KEY_BREAK         1
%define KEY_PRINT_SCREEN  2
%define KEY_PAUSE         3
%define KEY_SYSREQ_MAKE   4
%define KEY_SYSREQ_BREAK  5
%define KEY_RESET         6

irq1_body:                              ; INT 09h
  push ds
  push eax
  push bx
  cld
  in al, 0x64
  test al, 1
  jz .done
  in al, 0x60
  mov ah, 0x4F                          ; keyboard intercept: CF clear swallows the key, AL may be replaced
  stc
  int 0x15
  jnc .done
  out 0x09, eax
  mov bl, al
  mov al, 0x20                          ; EOI first: what follows may take long
  out 0x20, al
  cmp bl, KEY_BREAK
  je .break
  cmp bl, KEY_PRINT_SCREEN
  je .print_screen
  cmp bl, KEY_PAUSE
  je .pause
  cmp bl, KEY_SYSREQ_MAKE
  je .sysreq_make
  cmp bl, KEY_SYSREQ_BREAK
  je .sysreq_break
  cmp bl, KEY_RESET
  jne .exit
  mov al, 0xFE                          ; 8042: pulse the reset line
  out 0x64, al
  jmp halt_forever
.break:
  int 0x1B
  jmp .exit
.print_screen:
  int 0x05
  jmp .exit
.sysreq_make:
  mov ax, 0x8500
  int 0x15
  jmp .exit
.sysreq_break:
  mov ax, 0x8501
  int 0x15
  jmp .exit
.pause:                                 ; until another key clears the bit
  mov ax, 0x40
  mov ds, ax
  sti
  hlt
  cli
  test byte [0x18], 0x08
  jnz .pause
  jmp .exit
.done:
  mov al, 0x20
  out 0x20, al
.exit:
  pop bx
  pop eax
  pop ds
  iret

; IRQ 3-5 and 7, and IRQ 2's own vector when INT 71h redirects to it: nobody serves them. A spurious IRQ 7 has no bit in
; service, and an EOI for it would end another one (Intel 8259A).
irq_master:
  push ax
  mov al, 0x0B                          ; OCW3: read the in-service register
  out 0x20, al
  in al, 0x20
  test al, al
  jz .exit
  mov al, 0x20
  out 0x20, al
.exit:
  pop ax
  iret

irq_slave:                              ; IRQ 10, 11, 15
  push ax
  mov al, 0x0B
  out 0xA0, al
  in al, 0xA0
  test al, al
  jz .master                            ; spurious IRQ 15: the master still wants its EOI
  mov al, 0x20
  out 0xA0, al
.master:
  mov al, 0x20
  out 0x20, al
  pop ax
  iret

irq6_body:                              ; INT 0Eh, diskette: tells INT 13h that the interrupt came
  push ds
  push ax
  mov ax, 0x40
  mov ds, ax
  or byte [0x3E], 0x80
  mov al, 0x20
  out 0x20, al
  pop ax
  pop ds
  iret

irq8_body:                              ; INT 70h, RTC
  push ds
  push eax
  push bx
  out 0x70, eax                         ; AL bit 0: the alarm went off
  mov bl, al
  mov al, 0x20
  out 0xA0, al
  out 0x20, al
  test bl, 1
  jz .exit
  int 0x4A
.exit:
  pop bx
  pop eax
  pop ds
  iret

irq9_body:                              ; INT 71h: what was IRQ 2 on the PC's one controller
  push ax
  mov al, 0x20
  out 0xA0, al
  pop ax
  int 0x0A
  iret

irq12_body:                             ; INT 74h, PS/2 mouse
  push ds
  push es
  pushad
  cld
  out 0x74, eax                         ; AL 1: call the driver at ES:DI with status BX, X CX, Y DX
  cmp al, 1
  jne .exit
  push bx
  push cx
  push dx
  push word 0
  sti
  push cs
  push word .returned
  push es
  push di
  retf
.returned:
  add sp, 8
.exit:
  cli
  mov al, 0x20
  out 0xA0, al
  out 0x20, al
  popad
  pop es
  pop ds
  iret

irq13_body:                             ; INT 75h, coprocessor error: handled as the PC's NMI
  push ax
  xor al, al
  out 0xF0, al
  mov al, 0x20
  out 0xA0, al
  out 0x20, al
  int 0x02
  pop ax
  iret

irq14_body:                             ; INT 76h, hard disk
  push ds
  push ax
  mov ax, 0x40
  mov ds, ax
  mov byte [0x8E], 0xFF
  mov al, 0x20
  out 0xA0, al
  out 0x20, al
  pop ax
  pop ds
  iret

; --- INT 15h/89h: to protected mode. The host leads the stub's IRET here; below the caller's frame lies nothing. ----------
enter_protected_mode:                   ; ES:SI descriptor table: 1 GDT, 2 IDT, 3 DS, 4 ES, 5 SS, 6 CS, 7 the BIOS
  cli
  lgdt [es:si + 0x08]
  lidt [es:si + 0x10]
  mov eax, cr0
  or al, 1
  mov cr0, eax
  jmp 0x38:.protected
.protected:
  mov ax, 0x18
  mov ds, ax
  mov ax, 0x20
  mov es, ax
  mov ax, 0x28
  mov ss, ax
  pop bx                                ; the caller's IP; its CS becomes descriptor 6
  add sp, 4
  push word 0x30
  push bx
  mov ah, 0
  clc
  retf

; --- Interfaces that are called, not interrupted to ------------------------------------------------------------------
pnp_real_entry:
pnp_protected_entry:
  mov ax, 0x82                          ; FUNCTION_NOT_SUPPORTED
  retf

; The host cannot change FLAGS here (there is no copy on the stack): it returns CF in bit 0 of EBP.
apm_entry_16:
  push ebp
  out TRAP_APM, eax
  bt ebp, 0
  pop ebp
  retf

bits 32
apm_entry_32:
  push ebp
  out TRAP_APM, eax
  bt ebp, 0
  pop ebp
  retf

pci_entry_32:
  push ebp
  out TRAP_PCI32, eax
  bt ebp, 0
  pop ebp
  retf

bios32_entry:                           ; EAX service, BL 0 -> AL status, EBX base, ECX length, EDX entry
  test bl, bl
  jnz .bad_function
  cmp eax, "$PCI"
  jne .unknown_service
  mov ebx, 0xF0000
  mov ecx, 0x10000
  mov edx, pci_entry_32
  xor al, al
  retf
.unknown_service:
  mov al, 0x80
  retf
.bad_function:
  mov al, 0x81
  retf
bits 16

; ---------------------------------------------------------------------------------------------------------------------
; The classic entry points.
fixed 0xE05B
reset:
  jmp post

fixed 0xE2C3
int02:
  iret

fixed 0xE3FE
int13:
  jmp int13_stub
fixed_disk_table:                       ; E401h; drives.cpp keeps the tables of the drives there are in the EBDA

fixed 0xE6F2
int19_classic:
  jmp int19

fixed 0xE6F5
configuration_table:                    ; INT 15h/C0h
  dw 8
  db 0xFC, 0x01, 0x00                   ; model AT, submodel, BIOS revision
  db 0x74                               ; second PIC, RTC, keyboard intercept, EBDA
  db 0x40                               ; INT 16h/09h is supported
  db 0, 0, 0

fixed 0xE729
baud_table:                             ; 8250 divisors of 110, 150, 300, 600, 1200, 2400, 4800, 9600 baud
  dw 1047, 768, 384, 192, 96, 48, 24, 12

fixed 0xE739
int14:
  stub 0x14

fixed 0xE82E
int16:
  stub 0x16

fixed 0xE987
int09:
  jmp irq1_body

int13_stub:
  stub 0x13

fixed 0xEC59
int40:
  stub 0x40

fixed 0xEF57
int0e:
  jmp irq6_body

fixed 0xEFC7
diskette_parameter_table:               ; 1.44 MB, 3.5 inch
  db 0xAF                               ; step rate 3 ms, head unload 240 ms
  db 0x02                               ; head load 4 ms, DMA
  db 0x25                               ; motor off after 37 ticks
  db 0x02                               ; 512 bytes a sector
  db 18                                 ; sectors a track
  db 0x1B, 0xFF, 0x6C                   ; gap, data length, gap when formatting
  db 0xF6                               ; fill byte when formatting
  db 0x0F, 0x08                         ; head settle 15 ms, motor start 1 s

fixed 0xEFD2
int17:
  stub 0x17

fixed 0xF045
int10_classic:
  jmp int10

fixed 0xF065
int10:
  stub 0x10

fixed 0xF0A4
video_parameter_table:                  ; INT 1Dh, for the 6845: 40x25, 80x25, graphics, monochrome
  db 0x38,0x28,0x2D,0x0A,0x1F,0x06,0x19,0x1C,0x02,0x07,0x06,0x07,0,0,0,0
  db 0x71,0x50,0x5A,0x0A,0x1F,0x06,0x19,0x1C,0x02,0x07,0x06,0x07,0,0,0,0
  db 0x38,0x28,0x2D,0x0A,0x7F,0x06,0x64,0x70,0x02,0x01,0x06,0x07,0,0,0,0
  db 0x61,0x50,0x52,0x0F,0x19,0x06,0x19,0x19,0x02,0x0D,0x0B,0x0C,0,0,0,0
  dw 0x0800, 0x1000, 0x4000, 0x4000     ; buffer lengths
  db 40, 40, 80, 80, 40, 40, 80, 80     ; columns by mode
  db 0x2C, 0x28, 0x2D, 0x29, 0x2A, 0x2E, 0x1E, 0x29

fixed 0xF841
int12:
  jmp int12_stub

fixed 0xF84D
int11:
  jmp int11_stub

fixed 0xF859
int15:
  stub 0x15
int11_stub:
  stub 0x11
int12_stub:
  stub 0x12

fixed 0xFA6E
font_8x8:           times 1024 db 0     ; glyphs 00h-7Fh, filled by the host; the video ROM has all fonts

fixed 0xFE6E
int1a:
  stub 0x1A

fixed 0xFEA5
int08:
  jmp irq0_body

fixed 0xFEF3
vector_table:                           ; what IBM's POST copied to INT 08h-1Fh; some software reads it
  dw int08, int09, irq_master, irq_master, irq_master, irq_master, int0e, irq_master
  dw int10, int11, int12, int13, int14, int15, int16, int17
  dw int18, int19, int1a, dummy_iret, dummy_iret, video_parameter_table, diskette_parameter_table, 0

fixed 0xFF53
dummy_iret:
  iret

fixed 0xFF54
int05:
  iret

fixed 0xFFF0
reset_vector:
  jmp 0xF000:reset
rom_date:           db "01/01/25"
                    db 0xFF
rom_model:          db 0xFC, 0x00
