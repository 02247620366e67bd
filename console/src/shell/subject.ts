import {createContext} from 'preact';
import {useContext} from 'preact/hooks';
import {subjectOf} from '../model/subject';

export const SubjectContext = createContext(subjectOf({view: 'start'}));

export const useSubject = () => useContext(SubjectContext);
