/**
 * connecting   nothing is known yet of the platform.
 * catching-up  the socket is open and what was missed meanwhile is being read.
 * live         the socket is open and nothing is missed.
 * polling      the socket is down; alerts come by catch-up reads until it is back.
 * refused      the REST API refuses the key (401 or 403); alerts wait on the platform until it no longer does.
 */
export type TriggerState = 'connecting' | 'catching-up' | 'live' | 'polling' | 'refused';
